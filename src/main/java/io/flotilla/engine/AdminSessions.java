package io.flotilla.engine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Our own statements on the server: on sessions that are kept, each with a bound on its time. Thread-safe.
///
/// Every session has `sql_log_bin=0`: nothing we do by ourselves may leave a transaction in the binlog. None is ended by the
/// server for being idle (`wait_timeout`, by default 8 h; a year is the most): after a quiet night the first write would meet
/// lost connections, and a server that does not answer is killed.
final class AdminSessions implements AutoCloseable {
    static final String SESSION_VARIABLES =
            "sql_log_bin=0,lock_wait_timeout=10,wait_timeout=31536000";

    /// Idle sessions kept; more are opened as needed.
    private static final int KEPT = 4;

    private final ServerDataSource source;
    private final Duration patience;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    AdminSessions(ServerAccount account, Duration patience) {
        this.source = new ServerDataSource(account, patience, SESSION_VARIABLES);
        this.patience = patience;
    }

    Duration patience() {
        return patience;
    }

    long status(String name) {
        return query(
                "SHOW GLOBAL STATUS LIKE '" + name + "'",
                patience,
                rows -> {
                    if (!rows.next()) {
                        throw new EngineException("The server does not say " + name + ".");
                    }
                    return rows.getLong(2);
                });
    }

    Connection open() throws SQLException {
        return source.getConnection();
    }

    void execute(String sql) {
        call(
                "could not execute",
                sql,
                patience,
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                });
    }

    /// The first column of the first row; empty when there is no row.
    Optional<String> value(String sql) {
        return value(sql, patience);
    }

    Optional<String> value(String sql, Duration patience) {
        return query(
                sql,
                patience,
                rows -> rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty());
    }

    long number(String sql) {
        return value(sql)
                .map(Long::parseLong)
                .orElseThrow(() -> new EngineException("the server says nothing to: " + sql));
    }

    <T> T query(String sql, Duration patience, Reader<T> reader) {
        return call(
                "could not ask",
                sql,
                patience,
                connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet rows = statement.executeQuery(sql)) {
                        return reader.read(rows);
                    }
                });
    }

    /// For the few statements that carry a secret: the text stays out of messages.
    void executeSecretly(String what, String sql) {
        call(
                "could not execute",
                what,
                patience,
                connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        return statement.execute();
                    }
                });
    }

    /// @throws EngineException with the server's error number when it refuses; with 0 when it does not answer in time or
    ///     is gone
    private <T> T call(String failed, String what, Duration patience, Work<T> work) {
        Connection connection = null;
        try {
            connection = borrow();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
            T result = work.on(connection);
            giveBack(connection);
            return result;
        } catch (SQLException e) {
            if (connection != null) {
                abort(connection, e);
            }
            throw new EngineException(
                    "The server %s '%s': %s".formatted(failed, what, e.getMessage()),
                    e.getErrorCode() > 0 ? e.getErrorCode() : 0,
                    e);
        }
    }

    private Connection borrow() throws SQLException {
        synchronized (idle) {
            Connection kept = idle.pollFirst();
            if (kept != null) {
                return kept;
            }
        }
        return open();
    }

    private void giveBack(Connection connection) throws SQLException {
        synchronized (idle) {
            if (!closed && idle.size() < KEPT) {
                idle.addFirst(connection);
                return;
            }
        }
        connection.close();
    }

    private static void abort(Connection connection, SQLException cause) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            for (Connection connection : idle) {
                abort(connection, new SQLException("closed"));
            }
            idle.clear();
        }
    }

    interface Reader<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
