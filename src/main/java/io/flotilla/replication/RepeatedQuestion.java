package io.flotilla.replication;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A question that the local server is asked again and again, on a connection of its own. One that broke since the last
/// answer is made anew: the server lives as long as its process does, whatever becomes of a connection.
///
/// Asked by one thread at a time; closed by any.
final class RepeatedQuestion implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatedQuestion.class);

    private final Connections server;
    private final String sql;
    private volatile @Nullable Open open;
    private volatile boolean closed;

    /// @param answered whether it has answered before
    private record Open(Connection connection, PreparedStatement question, boolean answered) {}

    /// Makes connections.
    @FunctionalInterface
    interface Connections {
        Connection open() throws SQLException;
    }

    /// Asks, and reads the answer.
    @FunctionalInterface
    interface Asking<T> {
        T of(PreparedStatement question) throws SQLException;
    }

    private RepeatedQuestion(Connections server, String sql) {
        this.server = server;
        this.sql = sql;
    }

    /// @throws SQLException if the server takes no connection
    static RepeatedQuestion prepare(Connections server, String sql) throws SQLException {
        RepeatedQuestion question = new RepeatedQuestion(server, sql);
        question.connect();
        return question;
    }

    /// @throws SQLException if the server does not answer, or not in time
    <T> T ask(Asking<T> asking) throws SQLException {
        Open before = open;
        if (before != null && before.answered()) {
            try {
                return asking.of(before.question());
            } catch (SQLException e) {
                forget(before);
                if (closed || timedOut(e)) {
                    throw e;
                }
                LOG.debug("a connection to the server broke; it is made anew", e);
            }
        }
        Open fresh = before != null && !before.answered() ? before : connect();
        try {
            T answer = asking.of(fresh.question());
            keep(new Open(fresh.connection(), fresh.question(), true));
            return answer;
        } catch (SQLException e) {
            forget(fresh);
            throw e;
        }
    }

    private Open connect() throws SQLException {
        Connection connection = server.open();
        try {
            Open fresh = new Open(connection, connection.prepareStatement(sql), false);
            keep(fresh);
            return fresh;
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
    }

    private void keep(Open next) throws SQLException {
        open = next;
        if (closed) {
            forget(next);
            throw new SQLException("nobody asks any more");
        }
    }

    private void forget(Open broken) {
        open = null;
        close(broken.connection());
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server is gone; so is the connection.
        }
    }

    /// Whether the server said nothing at all within the time it had.
    static boolean timedOut(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException || cause instanceof SQLTimeoutException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        Open last = open;
        if (last != null) {
            close(last.connection());
        }
    }
}
