package io.flotilla.provision;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.DataFiles;
import io.flotilla.engine.Engine;
import io.flotilla.engine.EngineConfig;
import io.flotilla.engine.Rest;
import io.flotilla.engine.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// A server that is written to all the time, except while its files are to rest.
final class WrittenServer implements SnapshotSource, AutoCloseable {
    private final Engine engine;
    private final Server server;
    private final ReentrantLock writing = new ReentrantLock();
    private final Thread writer;
    private volatile boolean closing;
    private final AtomicLong written = new AtomicLong();

    WrittenServer(Path directory, int node) throws Exception {
        engine = Engine.open(config(directory, node));
        server = engine.start();
        run("SET GLOBAL rpl_semi_sync_master_enabled=OFF");
        run("CREATE DATABASE app");
        run(
                "CREATE TABLE app.t (id BIGINT PRIMARY KEY AUTO_INCREMENT, a INT, b VARCHAR(300), KEY (a))");
        writer = Thread.ofPlatform().name("writer").unstarted(this::write);
    }

    static EngineConfig config(Path directory, int node) {
        return EngineConfig.withDefaults(directory, node, Path.of("target", "engine-programs"))
                .withMemory(32L << 20, 16L << 20);
    }

    void startWriting() {
        writer.start();
    }

    Server server() {
        return server;
    }

    long written() {
        return written.get();
    }

    void run(String sql) throws SQLException {
        try (Connection connection = server.admin();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String ask(Server server, String sql) throws SQLException {
        try (Connection connection = server.admin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            StringBuilder text = new StringBuilder();
            while (rows.next()) {
                text.append(rows.getString(rows.getMetaData().getColumnCount())).append('\n');
            }
            return text.toString();
        }
    }

    private void write() {
        try (Connection connection = server.admin();
                Statement statement = connection.createStatement()) {
            while (!closing) {
                writing.lock();
                try {
                    statement.execute(
                            "INSERT INTO app.t (a, b) VALUES (FLOOR(RAND()*1000000), REPEAT('n', 200))");
                    written.incrementAndGet();
                } finally {
                    writing.unlock();
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public DataFiles files(boolean leadersToo) {
        return server.dataFiles();
    }

    @Override
    public Pause pause(DataFiles files) throws InterruptedException {
        writing.lock();
        Rest rest = files.rest(Duration.ofSeconds(20), () -> false);
        return new Pause() {
            @Override
            public Gtid position() {
                return new Gtid(0, 1, written.get());
            }

            @Override
            public Rest rest() {
                return rest;
            }

            @Override
            public boolean held() {
                return true;
            }

            @Override
            public void close() {
                rest.close();
                writing.unlock();
            }
        };
    }

    @Override
    public void close() {
        closing = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.close();
    }
}
