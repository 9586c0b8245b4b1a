package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Standing;
import io.flotilla.verify.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/// A node's place in a fleet, as the test puts it.
public final class FakeReplica implements Replica {
    /// What `/status` says of a replica, and nothing that anybody may ask.
    public static final String WHY = "table secret.plans is not in the log";

    private static final long PAUSE_MILLIS = 1;

    private final NodeId self;
    private final AtomicInteger barriers = new AtomicInteger();
    private volatile List<Member> members;
    private volatile Optional<Reign> reign = Optional.empty();
    private volatile Optional<NodeId> leader = Optional.empty();
    private volatile Optional<DataSource> server = Optional.empty();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<Reading> reading = Optional.empty();
    private volatile boolean quorum = true;
    private volatile Duration lag = Duration.ZERO;
    private volatile long shown = Long.MAX_VALUE;

    public FakeReplica(int self, List<Member> members) {
        this.self = new NodeId(self);
        this.members = members;
    }

    public FakeReplica members(List<Member> all) {
        members = all;
        return this;
    }

    public FakeReplica leads(Reign of) {
        reign = Optional.of(of);
        leader = Optional.of(self);
        return this;
    }

    public FakeReplica follows(int other) {
        reign = Optional.empty();
        leader = Optional.of(new NodeId(other));
        return this;
    }

    public FakeReplica followsNobody() {
        reign = Optional.empty();
        leader = Optional.empty();
        return this;
    }

    public FakeReplica serves(DataSource source) {
        server = Optional.of(source);
        return this;
    }

    public FakeReplica servesNothing() {
        server = Optional.empty();
        return this;
    }

    public FakeReplica quorum(boolean reachable) {
        quorum = reachable;
        return this;
    }

    /// The last transaction that the server shows.
    public FakeReplica shows(long seq) {
        shown = seq;
        return this;
    }

    public FakeReplica lag(Duration behind) {
        lag = behind;
        return this;
    }

    /// How often a read index was asked for.
    public int barriers() {
        return barriers.get();
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public List<Member> members() {
        return members;
    }

    @Override
    public Standing standing() {
        Standing.Role role = reign.isPresent() ? Standing.Role.LEADING : Standing.Role.FOLLOWING;
        Gtid position = new Gtid(0, 7, 41);
        return new Standing(role, Instant.EPOCH, WHY, 7, leader, position, position, lag);
    }

    @Override
    public Leader awaitLeader(Deadline deadline) throws InterruptedException {
        while (true) {
            Optional<Reign> here = reign;
            if (here.isPresent()) {
                return new Leader.Here(here.get());
            }
            Optional<Member> elsewhere =
                    leader.filter(id -> !id.equals(self)).flatMap(this::member);
            if (elsewhere.isPresent()) {
                return new Leader.Elsewhere(elsewhere.get());
            }
            if (deadline.over()) {
                throw new FlotillaException(Failure.UNAVAILABLE, "nobody leads");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private Optional<Member> member(NodeId id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Reign> reign() {
        return reign;
    }

    @Override
    public CompletableFuture<Void> handOver(Optional<NodeId> successor) {
        Optional<NodeId> next =
                successor.or(() ->
                        members.stream()
                                .map(Member::id)
                                .filter(id -> !id.equals(self))
                                .findFirst());
        if (reign.isEmpty() || next.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("there is no other node"));
        }
        follows(next.get().number());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Report> verify(Optional<String> database) {
        return CompletableFuture.failedFuture(
                new FlotillaException(Failure.UNAVAILABLE, "this is no fleet"));
    }

    @Override
    public DataSource awaitLinearizable(Deadline deadline) throws InterruptedException {
        barriers.incrementAndGet();
        while (!quorum || server.isEmpty()) {
            if (deadline.over()) {
                throw new FlotillaException(Failure.UNAVAILABLE, "no quorum");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return server.get();
    }

    @Override
    public DataSource awaitShown(Gtid gtid, Deadline deadline) throws InterruptedException {
        while (gtid.seq() > shown || server.isEmpty()) {
            if (deadline.over()) {
                throw new FlotillaException(Failure.STALE, gtid + " is not shown");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return server.get();
    }

    /// The local server follows and may be read, or not.
    public FakeReplica reads(Optional<Reading> of) {
        reading = of;
        return this;
    }

    /// Tells those who listen.
    public void changed() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public Optional<Reading> reading() {
        return reading;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public Optional<DataSource> server() {
        return server;
    }
}
