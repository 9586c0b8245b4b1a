package io.flotilla.consensus;

import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcResponseClosureAdapter;
import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Has followers told soon that an entry is committed when nothing follows it. The library tells them with the next entry or
/// heartbeat (Replicator, fillCommonFields); until then their servers do not have what a client may ask them for
/// (`min_gtid`). Thread-safe.
final class CommitNotice {
    /// What follows within this time tells them by itself. A leader under load is woken as often for nothing.
    private static final Duration PATIENCE = Duration.ofMillis(10);

    /// The leader and its followers, as far as it matters here.
    interface Followers {
        /// The last entry that is known to be committed.
        long committed();

        /// Whether entries are under way behind it.
        boolean followed();

        /// Those that can be told.
        Set<PeerId> all();

        /// Tells one by a heartbeat, in which the commit index is: no more of it than the follower is known to hold.
        ///
        /// @return false when it is not known yet to hold that much
        boolean tell(PeerId follower, long committed);
    }

    private final Followers followers;
    private final ScheduledExecutorService alarms;
    private final Executor threads;

    /// Looks at a follower that has not answered yet; after as long a heartbeat tells it.
    private final int looks;

    private final AtomicBoolean armed = new AtomicBoolean();

    /// @param alarms whose tasks must not block
    /// @param threads to tell on, which waits for the library's locks
    /// @param heartbeat how far heartbeats are apart: one that was sent before a follower answered tells it nothing
    CommitNotice(
            Followers followers,
            ScheduledExecutorService alarms,
            Executor threads,
            Duration heartbeat) {
        this.followers = followers;
        this.alarms = alarms;
        this.threads = threads;
        this.looks = Durations.in(heartbeat, PATIENCE) + 1;
    }

    static CommitNotice of(
            String raftGroup,
            Supplier<NodeImpl> leader,
            LongSupplier applied,
            ScheduledExecutorService alarms,
            Duration heartbeat) {
        return new CommitNotice(
                new LibrarysFollowers(leader, applied),
                alarms,
                task -> ThreadPoolsFactory.runInThread(raftGroup, task),
                heartbeat);
    }

    /// An entry that this node appended is committed. Never blocks.
    void committed() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            later(this::begin);
        }
    }

    private void later(Runnable look) {
        alarms.schedule(() -> threads.execute(look), PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void begin() {
        // Before it is looked at: what is committed from here on is looked at once more.
        armed.set(false);
        tell(new HashSet<>(followers.all()), followers.committed(), looks);
    }

    private void tell(Set<PeerId> left, long committed, int times) {
        if (followers.followed() || times == 0) {
            return;
        }
        left.removeIf(follower -> followers.tell(follower, committed));
        if (!left.isEmpty()) {
            later(() -> tell(left, committed, times - 1));
        }
    }

    /// @param applied the last entry that was committed and given to this node
    private record LibrarysFollowers(Supplier<NodeImpl> leader, LongSupplier applied)
            implements Followers {
        @Override
        public long committed() {
            return applied.getAsLong();
        }

        @Override
        public boolean followed() {
            return NodeInsides.logManager(leader.get()).getLastLogIndex() > committed();
        }

        @Override
        public Set<PeerId> all() {
            NodeImpl node = leader.get();
            Set<PeerId> others = node.getCurrentConf().getPeerSet();
            others.remove(node.getServerId());
            return others;
        }

        @Override
        public boolean tell(PeerId follower, long committed) {
            NodeImpl node = leader.get();
            if (!node.isLeader(false)) {
                return true;
            }
            if (NodeInsides.nextIndex(node, follower) <= committed) {
                return false;
            }
            NodeInsides.replicators(node).sendHeartbeat(follower, new Unasked());
            return true;
        }
    }

    /// An answer that nobody waits for.
    private static final class Unasked extends RpcResponseClosureAdapter<AppendEntriesResponse> {
        @Override
        public void run(Status status) {}
    }
}
