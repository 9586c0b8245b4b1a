package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.consensus.DiskRoom;
import io.flotilla.consensus.FatalHook;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.consensus.ReplicatedLog.Leadership;
import io.flotilla.consensus.StateMachine;
import io.flotilla.engine.Engine;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.provision.Provision;
import io.flotilla.provision.ProvisionCounters;
import io.flotilla.verify.Report;
import io.flotilla.verify.VerifyDoor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;

/// This node's part in the fleet: runs its [State]s on one thread, and answers the doors.
public final class Replication implements Replica, AutoCloseable {
    /// How long one look at the local server's position may wait for it to change.
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Parts parts;
    private final RoleThread thread;
    private final IdleLead idleLead;
    private final LogKeeper keeper;
    private final DivergenceWatch divergence;

    private Replication(Parts parts, PeerNetwork network, Optional<EarlyStart> first) {
        this.parts = parts;
        divergence = new DivergenceWatch(parts, network, RandomGenerator.getDefault());
        thread = new RoleThread(parts, first);
        idleLead = new IdleLead(parts);
        keeper = new LogKeeper(parts);
    }

    /// Joins the group and begins to prove this node's server; returns at once. The server is started meanwhile.
    ///
    /// @param engine opened, nothing running
    /// @param marks the directory of what this node keeps about DDL under way
    /// @param consensus starts the log, given what makes its state machine
    /// @param fatal what ends the process when this node no longer knows what it is
    /// @throws IOException if the log cannot be opened
    public static Replication start(
            ReplicationConfig config,
            PeerNetwork network,
            Engine engine,
            Path marks,
            LogStart consensus,
            FatalHook fatal)
            throws IOException, InterruptedException {
        Signals signals = new Signals();
        VerifyDesk verify = new VerifyDesk(signals, marks);
        Optional<EarlyStart> server =
                verify.difference().isPresent()
                        ? Optional.empty()
                        : Optional.of(EarlyStart.begin(engine));
        try {
            return start(config, network, engine, marks, consensus, fatal, verify, signals, server);
        } catch (IOException | RuntimeException e) {
            if (server.isPresent()) {
                server.get().abandon();
            }
            throw e;
        }
    }

    private static Replication start(
            ReplicationConfig config,
            PeerNetwork network,
            Engine engine,
            Path marks,
            LogStart consensus,
            FatalHook fatal,
            VerifyDesk verify,
            Signals signals,
            Optional<EarlyStart> server)
            throws IOException {
        GateFiles gates = new GateFiles(marks);
        CommittedLog committed = new CommittedLog(config.domain());
        ReplicatedLog raft = consensus.start(log -> new LogEvents(committed, signals));
        PeerDigests peers = new PeerDigests(network);
        peers.serve(gates);
        Front front = new Front(signals);
        PeerStandings standings = new PeerStandings(network);
        standings.serve(
                front, () -> look(front, committed), () -> fit(raft), () -> raft.room().isLow());
        SnapshotDesk snapshots = new SnapshotDesk(signals);
        Provision provision = Provision.serve(network, snapshots);
        VerifyDoor.serve(network, verify);
        Replication replication =
                new Replication(
                        new Parts(
                                network.self(),
                                network.members(),
                                config,
                                engine,
                                gates,
                                peers,
                                standings,
                                raft,
                                committed,
                                signals,
                                front,
                                new Rebuilds(),
                                new HandoverDesk(signals),
                                snapshots,
                                provision,
                                verify,
                                new Suspects(),
                                fatal,
                                InstantSource.system()),
                        network,
                        server);
        replication.thread.start();
        replication.idleLead.start();
        replication.keeper.start();
        replication.divergence.start();
        return replication;
    }

    private static boolean fit(ReplicatedLog raft) {
        return raft.writing().compareTo(LeaderWatch.DISK) < 0 && !raft.room().isLow();
    }

    /// Brings what is known of a following server's position up to date.
    private static void look(Front front, CommittedLog committed) {
        if (front.phase().role() == Standing.Role.FOLLOWING) {
            front.serving()
                    .ifPresent(serving -> {
                        try {
                            serving.shows(committed.last().seq(), Deadline.in(LOOK));
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
    }

    /// Starts a log with a state machine.
    @FunctionalInterface
    public interface LogStart {
        ReplicatedLog start(Function<ReplicatedLog, StateMachine> stateMachine) throws IOException;
    }

    @Override
    public CompletableFuture<Void> handOver(Optional<NodeId> successor) {
        if (reign().isEmpty()) {
            return CompletableFuture.failedFuture(
                    new FlotillaException(Failure.UNAVAILABLE, "this node does not lead"));
        }
        return parts.handover().ask(successor);
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
    public Optional<Reading> reading() {
        return parts.front().reading().map(reading -> reading);
    }

    @Override
    public void onChange(Runnable listener) {
        parts.signals().listen(listener);
    }

    @Override
    public Leader awaitLeader(Deadline deadline) throws InterruptedException {
        while (parts.signals().await(() -> leader().isPresent(), deadline.left())) {
            // One that was seen may be gone already: between a vote and open doors nobody leads.
            Optional<Leader> leader = leader();
            if (leader.isPresent()) {
                return leader.get();
            }
        }
        throw new FlotillaException(Failure.UNAVAILABLE, "no leader is known");
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
        return shown(parts.committed().last().seq(), deadline, Failure.UNAVAILABLE);
    }

    @Override
    public DataSource awaitShown(Gtid gtid, Deadline deadline) throws InterruptedException {
        parts.committed().awaitBeyond(gtid.seq() - 1, () -> false, deadline.left());
        if (!parts.committed().contains(gtid)) {
            throw new FlotillaException(
                    Failure.STALE, "transaction " + gtid + " is not in this node's log");
        }
        return shown(gtid.seq(), deadline, Failure.STALE);
    }

    private DataSource shown(long seq, Deadline deadline, Failure otherwise)
            throws InterruptedException {
        while (!deadline.over()) {
            Optional<Serving> serving = parts.front().serving();
            if (serving.isEmpty()) {
                throw new FlotillaException(
                        Failure.UNAVAILABLE, "this node's server may not answer reads now");
            }
            if (serving.get().shows(seq, deadline)) {
                return serving.get().server();
            }
        }
        throw new FlotillaException(
                otherwise, "this node's server is not at transaction " + seq + " yet");
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
        long seq = parts.front().applied();
        Gtid applied = parts.committed().gtid(seq).orElse(Gtid.NONE);
        return new Standing(
                phase.role(),
                phase.since(),
                phase.why(),
                leadership.term(),
                leadership.leader(),
                committed,
                applied,
                parts.committed().behind(seq, System.nanoTime()));
    }

    public Progress progress() {
        return parts.committed().progress();
    }

    /// The disk this node's data are on.
    public DiskRoom room() {
        return parts.raft().room();
    }

    /// How many bytes the log takes on this node's disk.
    public long logBytes() {
        return parts.raft().bytes();
    }

    /// The first transaction this node's log still has.
    public long logFirst() {
        return parts.committed().firstSeq();
    }

    /// How far behind the log the servers of followers are, as the leader last heard; empty while this node does not lead.
    public Map<NodeId, Duration> followersLag() {
        return parts.front().flow().map(FlowControl::lags).orElse(Map.of());
    }

    /// What the servers of followers are busy with, as the leader last heard; empty while this node does not lead.
    public Map<NodeId, Occupation> followersOccupation() {
        return parts.front().flow().map(FlowControl::occupied).orElse(Map.of());
    }

    /// What this node's own server is busy with while it follows, if it is one statement.
    public Optional<Occupation> occupation() {
        return parts.front().occupation();
    }

    /// How long acknowledgements of writes are held at this moment, because too few servers are within `lag.max`.
    public Duration hold() {
        return parts.front().flow().map(FlowControl::hold).orElse(Duration.ZERO);
    }

    @Override
    public CompletableFuture<Report> verify(Optional<String> database) {
        if (reign().isEmpty()) {
            return CompletableFuture.failedFuture(
                    new FlotillaException(Failure.UNAVAILABLE, "this node does not lead"));
        }
        return divergence.ask(database);
    }

    /// What the last comparison of the servers found that this node led; empty when it has led none.
    public Optional<Report> lastVerification() {
        return divergence.last();
    }

    /// Comparisons of the servers that this node led to their end.
    public long verifications() {
        return divergence.runs();
    }

    /// Comparisons of the servers that came to nothing.
    public long failedVerifications() {
        return divergence.failures();
    }

    /// Copies of data given and received.
    public ProvisionCounters provisionCounters() {
        return parts.provision().counters();
    }

    /// Puts this node's part down in order: hands the lead over, stops the server, leaves the group.
    @Override
    public void close() {
        divergence.close();
        keeper.close();
        thread.close();
        idleLead.close();
        parts.raft().close();
    }
}
