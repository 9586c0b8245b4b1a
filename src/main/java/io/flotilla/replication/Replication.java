package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.consensus.ReplicatedLog.Leadership;
import io.flotilla.consensus.StateMachine;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/// This node's part in the fleet: runs its [State]s on one thread, and answers the doors.
public final class Replication implements Replica, AutoCloseable {
    private final Parts parts;
    private final RoleThread thread;
    private final StateMachine stateMachine;

    private Replication(Parts parts) {
        this.parts = parts;
        thread = new RoleThread(parts);
    }

    @Override
    public NodeId self() {
        return parts.self();
    }

    @Override
    public List<Member> members() {
        return parts.members();
    }

    @Override
    public Optional<Reign> reign() {
        return parts.front().reign().map(reign -> reign);
    }

    @Override
    public Optional<DataSource> server() {
        return parts.front().serving().map(Serving::server);
    }

    @Override
    public Leader awaitLeader(Deadline deadline) throws InterruptedException {
        parts.signals().await(() -> leader().isPresent(), deadline.left());
        return leader().orElseThrow(() -> new FlotillaException(Failure.UNAVAILABLE, "no leader is known"));
    }

    private Optional<Leader> leader() {
        Optional<OpenReign> open = parts.front().reign();
        if (open.isPresent()) {
            return Optional.of(new Leader.Here(open.get()));
        }
        Leadership leadership = parts.raft().leadership();
        return leadership
                .leader()
                .filter(leader -> !leader.equals(parts.self()))
                .map(leader -> new Leader.Elsewhere(member(leader)));
    }

    private Member member(NodeId id) {
        return parts.members().stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no member " + id));
    }

    /// INVARIANT I9: the read index is a quorum's, asked for after the call began; then the very server that will be read
    /// must show it.
    @Override
    public DataSource awaitLinearizable(Deadline deadline) throws InterruptedException {
        readIndex(deadline);
        long seq = parts.committed().last().seq();
        while (!deadline.over()) {
            Optional<Serving> serving = parts.front().serving();
            if (serving.isEmpty()) {
                throw new FlotillaException(Failure.UNAVAILABLE, "this node's server may not answer reads now");
            }
            if (serving.get().shows(seq, deadline)) {
                return serving.get().server();
            }
        }
        throw new FlotillaException(Failure.UNAVAILABLE, "this node's server is not at transaction " + seq + " yet");
    }

    private void readIndex(Deadline deadline) throws InterruptedException {
        try {
            parts.raft().readIndex().get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new FlotillaException(Failure.UNAVAILABLE, "no majority of the nodes answers", e);
        }
    }

    @Override
    public Standing standing() {
        Front.Phase phase = parts.front().phase();
        Leadership leadership = parts.raft().leadership();
        Gtid committed = parts.committed().last();
        Gtid applied = parts.applied();
        return new Standing(
                phase.role(),
                phase.since(),
                phase.why(),
                leadership.term(),
                leadership.leader(),
                committed,
                applied,
                Duration.ZERO);
    }

    /// Puts this node's part down in order; after it the server is stopped.
    @Override
    public void close() {
        thread.close();
    }
}
