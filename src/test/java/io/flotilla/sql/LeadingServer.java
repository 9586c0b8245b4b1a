package io.flotilla.sql;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.binlog.Tap;
import io.flotilla.binlog.TapListener;
import io.flotilla.engine.Engine;
import io.flotilla.engine.EngineConfig;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A real server that leads, with a tap that acknowledges what it reads, or holds it.
public final class LeadingServer implements AutoCloseable {
    private static final Path PROGRAMS = Path.of("target", "engine-programs");
    private static final AtomicLong REPLICA = new AtomicLong(1000);

    private final Engine engine;
    private final Server server;
    private final long term;
    private final Tap tap;
    private volatile boolean holding;
    private volatile @Nullable Slice last;
    private volatile Gtid committed = Gtid.NONE;
    private volatile FakeReign reign;

    private LeadingServer(Engine engine, Server server, long term) throws IOException {
        this.engine = engine;
        this.server = server;
        this.term = term;
        this.reign = newReign();
        server.leader().startReign(term, Gtid.NONE);
        tap =
                Tap.attach(
                        server.tapAddress(),
                        REPLICA.incrementAndGet(),
                        Gtid.NONE,
                        new Acknowledging());
        server.leader().openForWrites();
    }

    public static LeadingServer start(Path directory) throws Exception {
        Engine engine =
                Engine.open(
                        EngineConfig.withDefaults(directory, 1, PROGRAMS)
                                .withMemory(16L << 20, 8L << 20));
        return new LeadingServer(engine, engine.start(), 7);
    }

    public Server server() {
        return server;
    }

    public FakeReign reign() {
        return reign;
    }

    /// A reign of the same term for another test.
    public FakeReign newReign() {
        FakeReign next =
                new FakeReign(
                        term,
                        () -> committed,
                        Optional.of(server.keeper()),
                        Optional.of(server.registrar()));
        reign = next;
        return next;
    }

    /// Acknowledges nothing any more, as if the majority were gone.
    public void hold() {
        holding = true;
    }

    public void release() {
        holding = false;
        acknowledge();
    }

    private synchronized void acknowledge() {
        Slice slice = last;
        if (!holding && slice != null) {
            committed = slice.gtid();
            BinlogPosition end = slice.end();
            tap.acknowledge(end);
        }
    }

    /// Runs a statement as administrator; it is not written to the binlog.
    public void execute(String sql) throws SQLException {
        try (Connection connection = server.admin();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first cell that an administrator's query gives.
    public String query(String sql) throws SQLException {
        try (Connection connection = server.admin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "nothing";
        }
    }

    /// How many statements that contain a text it runs for clients over HTTP.
    public String running(String part) throws SQLException {
        return query(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%"
                        + part
                        + "%' AND user = 'flotilla_http'");
    }

    @Override
    public void close() {
        reign.end();
        tap.close();
        engine.close();
    }

    private final class Acknowledging implements TapListener {
        @Override
        public void slice(Slice slice) {
            if (slice.last()) {
                last = slice;
            }
        }

        @Override
        public void idle() {
            acknowledge();
        }

        @Override
        public void broken(Throwable cause) {
            reign.end();
        }
    }
}
