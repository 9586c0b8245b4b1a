package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.binlog.Tap;
import io.flotilla.ddl.ExecutedDdl;
import io.flotilla.ddl.GatedStatement;
import io.flotilla.ddl.TableIds;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tap on the leader's own server with the pump behind it, what watches over them, and why they ended.
final class LeaderTap implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderTap.class);

    /// Replica ids of taps: above those of leaders (terms) and of followers (4,000,000,000 + node).
    private static final long FIRST_REPLICA_ID = 4_100_000_000L;

    private static final long REPLICA_IDS = 100_000_000L;

    private final Tap tap;
    private final ExecutedDdl journal;
    private final Visibility visibility;
    private final FlowControl flow;
    private final LeaderWatch watch;
    private final SettledSchema schema;
    private final CommitClock clock;
    private final AtomicReference<@Nullable String> failure;

    private LeaderTap(
            Tap tap,
            ExecutedDdl journal,
            Visibility visibility,
            FlowControl flow,
            LeaderWatch watch,
            SettledSchema schema,
            CommitClock clock,
            AtomicReference<@Nullable String> failure) {
        this.tap = tap;
        this.journal = journal;
        this.visibility = visibility;
        this.flow = flow;
        this.watch = watch;
        this.schema = schema;
        this.clock = clock;
        this.failure = failure;
    }

    /// INVARIANT I1: at most one tap; the server shows no other before one attaches.
    static LeaderTap attach(Parts parts, Server server, long term, Gtid last) throws IOException {
        if (server.leader().dumpThreads() > 0) {
            throw new ServerTrouble("another replica reads its binlog");
        }
        ExecutedDdl journal = parts.gates().beginReign(server, term, last);
        try {
            return attach(parts, server, term, last, journal);
        } catch (IOException | RuntimeException e) {
            close(journal);
            throw e;
        }
    }

    private static LeaderTap attach(
            Parts parts, Server server, long term, Gtid last, ExecutedDdl journal)
            throws IOException {
        Visibility visibility = new Visibility(last.seq());
        CommitClock clock = new CommitClock();
        AtomicReference<@Nullable String> failure = new AtomicReference<>();
        Consumer<String> failed =
                reason -> {
                    failure.compareAndSet(null, reason);
                    parts.signals().wake();
                };
        SettledSchema schema = new SettledSchema(parts, server);
        TapPump pump =
                new TapPump(
                        term,
                        last,
                        parts.raft(),
                        parts.committed(),
                        first -> {
                            executed(server, journal, first, parts.suspects());
                            schema.executed(first.gtid());
                        },
                        visibility,
                        clock,
                        failed);
        Tap tap = Tap.attach(server.tapAddress(), replicaId(), last, pump);
        FlowControl flow = new FlowControl(parts, term);
        LeaderWatch watch = new LeaderWatch(parts, server, failed);
        LeaderTap attached =
                new LeaderTap(tap, journal, visibility, flow, watch, schema, clock, failure);
        try {
            PacedAcknowledgements paced = new PacedAcknowledgements(tap::acknowledge, flow::hold);
            flow.start(paced::release);
            pump.attached(paced);
            visibility.base(server.leader().binlogCommits());
            watch.start();
            schema.start();
            return attached;
        } catch (RuntimeException e) {
            // Else flow control would go on asking the others for as long as the process lives.
            attached.close();
            throw e;
        }
    }

    /// A new id each time: a reused one makes the server kill the former stream first, which costs 100 ms (measured).
    static long replicaId() {
        return FIRST_REPLICA_ID + System.nanoTime() / 1000 % REPLICA_IDS;
    }

    /// What a crash does not undo must be durable before the log may name it.
    private static void executed(
            Server server, ExecutedDdl journal, Slice first, Suspects suspects) {
        server.disk().flushEngineLogs();
        server.disk().syncFileSystem();
        try (Connection connection = server.admin()) {
            GatedStatement statement = GatedStatement.of(first);
            journal.executed(statement, TableIds.read(connection));
            suspects.note(statement);
        } catch (SQLException | IOException e) {
            throw new ServerTrouble("the mark of a DDL cannot be written", e);
        }
    }

    Visibility visibility() {
        return visibility;
    }

    FlowControl flow() {
        return flow;
    }

    /// How long the tap's oldest entry waits.
    CommitClock clock() {
        return clock;
    }

    /// Why the reign cannot go on; empty while it can.
    Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public void close() {
        watch.close();
        schema.close();
        flow.close();
        tap.close();
        close(journal);
    }

    private static void close(ExecutedDdl journal) {
        try {
            journal.close();
        } catch (IOException e) {
            LOG.warn("the journal of executed DDL was not closed in order", e);
        }
    }
}
