package io.flotilla.consensus;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import io.flotilla.consensus.rpc.PeerNames;
import io.flotilla.peer.NodeId;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between the library's callbacks and our [StateMachine]: nothing thrown here gets back into the library, which logs
/// and goes on, applies entries twice, or leaves a leader that was never promoted (docs/notes/raft.md, must-do 4).
///
/// All callbacks come on the library's apply thread, in order.
final class MachineBridge implements com.alipay.sofa.jraft.StateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(MachineBridge.class);

    private final FatalHook fatal;
    private final NodeId self;
    private final CommittedTail tail;
    private @Nullable StateMachine machine;
    private volatile Announced announced = new Announced(0, Optional.empty(), false);
    private volatile long applied;
    private volatile boolean dead;

    MachineBridge(NodeId self, CommittedTail tail, FatalHook fatal) {
        this.self = self;
        this.tail = tail;
        this.fatal = fatal;
    }

    /// Before the node starts.
    void drive(StateMachine driven) {
        machine = driven;
    }

    /// The last thing the library said about leadership. It says it late; see [RaftReplicatedLog#leadership].
    Announced announced() {
        return announced;
    }

    /// The index of the last entry that was given to the state machine.
    long applied() {
        return applied;
    }

    /// @param leads whether this node was told to lead, and not yet that it stopped
    record Announced(long term, Optional<NodeId> leader, boolean leads) {}

    private StateMachine machine() {
        StateMachine driven = machine;
        if (driven == null) {
            throw new IllegalStateException("the node started before its state machine was there");
        }
        return driven;
    }

    @Override
    public void onApply(Iterator entries) {
        guard(
                "applying committed entries",
                () -> {
                    while (entries.hasNext()) {
                        long index = entries.getIndex();
                        byte[] bytes = bytes(entries.getData());
                        tail.committed(index, entries.getTerm(), bytes);
                        // Before the machine hears of it: whom it wakes may read the entry at once.
                        applied = index;
                        machine().committed(index, entries.getTerm(), bytes);
                        if (entries.done() instanceof AppendClosure append) {
                            append.applied(index);
                        }
                        entries.next();
                    }
                });
    }

    /// The array itself where it holds the entry and nothing else, as it always does today.
    private static byte[] bytes(ByteBuffer data) {
        if (data.hasArray() && data.arrayOffset() == 0 && data.array().length == data.remaining()) {
            return data.array();
        }
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return copy;
    }

    @Override
    public void onLeaderStart(long term) {
        guard(
                "starting to lead",
                () -> {
                    LOG.info("node {} leads in term {}", self, term);
                    announced = new Announced(term, Optional.of(self), true);
                    machine().leading(term);
                    machine().leadershipChanged();
                });
    }

    @Override
    public void onLeaderStop(Status status) {
        guard(
                "ceasing to lead",
                () -> {
                    Announced before = announced;
                    if (!before.leads()) {
                        // It led too briefly to be told so.
                        return;
                    }
                    LOG.info("node {} no longer leads in term {}: {}", self, before.term(), status);
                    announced = new Announced(before.term(), Optional.empty(), false);
                    machine().notLeading(before.term());
                    machine().leadershipChanged();
                });
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        guard(
                "starting to follow",
                () -> {
                    Optional<NodeId> leader = PeerNames.node(context.getLeaderId());
                    LOG.info(
                            "node {} follows node {} in term {}",
                            self,
                            context.getLeaderId(),
                            context.getTerm());
                    announced = new Announced(context.getTerm(), leader, false);
                    machine().leadershipChanged();
                });
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        guard(
                "ceasing to follow",
                () -> {
                    LOG.info(
                            "node {} no longer follows in term {}: {}",
                            self,
                            context.getTerm(),
                            context.getStatus());
                    announced = new Announced(context.getTerm(), Optional.empty(), false);
                    machine().leadershipChanged();
                });
    }

    /// The library's node is in its error state for good: it neither votes nor writes. A new process might.
    @Override
    public void onError(RaftException error) {
        fatal("running the Raft node", error);
    }

    @Override
    public void onConfigurationCommitted(Configuration configuration) {
        LOG.info("node {}: the group is now {}", self, configuration);
    }

    @Override
    public void onShutdown() {}

    /// Never asked for: see [RaftReplicatedLog#compact].
    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        fatal(
                "saving a snapshot",
                new UnsupportedOperationException("the library saves no snapshot here"));
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        guard(
                "going on behind a compacted log",
                () -> {
                    Base base = ((BaseReader) reader).base();
                    LOG.info("node {}: the log goes on behind entry {}", self, base.index());
                    tail.forget(base.index());
                    applied = base.index();
                    machine().restored(base.index(), base.state());
                });
        return true;
    }

    /// After a failure nothing more is given to the state machine, should the hook ever return (in tests it does).
    private void guard(String what, Runnable callback) {
        if (dead) {
            throw new IllegalStateException("the state machine failed before");
        }
        try {
            callback.run();
        } catch (Throwable e) {
            fatal(what, e);
            throw e;
        }
    }

    private void fatal(String what, Throwable cause) {
        dead = true;
        fatal.fatal(what, cause);
    }
}
