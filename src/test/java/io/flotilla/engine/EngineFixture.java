package io.flotilla.engine;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/// Engines for tests: small servers, the program unpacked once for all of them.
final class EngineFixture {
    /// Shared by all tests of a build.
    static final Path PROGRAMS = Path.of("target", "engine-programs");

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private EngineFixture() {}

    static EngineConfig config(Path directory) {
        return EngineConfig.withDefaults(directory, 1, PROGRAMS).withMemory(16L << 20, 8L << 20);
    }

    static void execute(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection()) {
            execute(connection, sql);
        }
    }

    /// Closes the connection.
    static void execute(Connection connection, String sql) throws SQLException {
        try (connection) {
            run(connection, sql);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first column of all rows.
    static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
        }
        return values;
    }

    static List<String> column(Server server, String sql) throws SQLException {
        try (Connection connection = server.admin()) {
            return column(connection, sql);
        }
    }

    /// For tests in which transactions shall commit although nobody acknowledges them.
    static void withoutSemiSync(Server server) throws SQLException {
        execute(server.admin(), "SET GLOBAL rpl_semi_sync_master_enabled=OFF");
    }

    /// From here on every commit waits.
    static void withSemiSync(Server server) throws SQLException {
        execute(server.admin(), "SET GLOBAL rpl_semi_sync_master_enabled=ON");
    }

    static List<String> waitingCommits(Server server) throws SQLException {
        return column(
                server,
                "SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for semi-sync ACK%'");
    }
}
