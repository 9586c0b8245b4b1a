package io.flotilla.workload;

import io.flotilla.bench.Outcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A client of the MySQL protocol that keeps its connection as long as it holds. By one thread.
final class MySqlSession implements AutoCloseable {
    /// Server shutting down, aborted connections, error during commit, error on the binlog, connection killed: nobody says
    /// that nothing happened.
    private static final Set<Integer> UNSURE = Set.of(1053, 1152, 1180, 1184, 1598, 1927);

    private final Opening opening;
    private Optional<Connection> kept = Optional.empty();

    /// Opens a connection, at a node of its choice.
    @FunctionalInterface
    interface Opening {
        Connection open() throws SQLException;
    }

    MySqlSession(Opening opening) {
        this.opening = opening;
    }

    /// @param onlyReads whether the transaction says so
    Transaction begin(boolean onlyReads) throws Transaction.AbortedException {
        try {
            Begun begun = new Begun(connection());
            begun.execute(onlyReads ? "START TRANSACTION READ ONLY" : "START TRANSACTION");
            return begun;
        } catch (SQLException e) {
            throw new Transaction.AbortedException(e);
        }
    }

    /// Runs one statement that commits by itself.
    Outcome execute(String sql) {
        Connection connection;
        try {
            connection = connection();
        } catch (SQLException e) {
            return new Outcome.NotApplied("no connection: " + e);
        }
        try (Statement statement = connection.createStatement()) {
            return new Outcome.Acknowledged(statement.executeUpdate(sql), "");
        } catch (SQLException e) {
            boolean said = isAnswer(e);
            if (!said) {
                close();
            }
            return said ? new Outcome.NotApplied(e.toString()) : new Outcome.Unknown(e.toString());
        }
    }

    /// Whether the server said that the statement failed. Anything else is a lost connection, before or after.
    private static boolean isAnswer(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("08");
        return e.getErrorCode() > 0
                && !UNSURE.contains(e.getErrorCode())
                && !state.startsWith("08");
    }

    /// The connection; it is opened when there is none.
    Connection connection() throws SQLException {
        if (kept.isEmpty()) {
            kept = Optional.of(opening.open());
        }
        return kept.get();
    }

    /// Whether the next transaction goes on with the connection of the last.
    boolean connected() {
        return kept.isPresent();
    }

    @Override
    public void close() {
        Optional<Connection> lost = kept;
        kept = Optional.empty();
        try {
            if (lost.isPresent()) {
                lost.get().close();
            }
        } catch (SQLException e) {
            // It was not of use any more.
            return;
        }
    }

    private final class Begun implements Transaction {
        private final Connection connection;

        Begun(Connection connection) {
            this.connection = connection;
        }

        @Override
        public List<List<String>> query(String sql) throws AbortedException {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                List<List<String>> rows = new ArrayList<>();
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> cells = new ArrayList<>();
                    for (int column = 1; column <= columns; column++) {
                        cells.add(String.valueOf(result.getString(column)));
                    }
                    rows.add(cells);
                }
                return rows;
            } catch (SQLException e) {
                throw aborted(e);
            }
        }

        @Override
        public void execute(String sql) throws AbortedException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw aborted(e);
            }
        }

        private AbortedException aborted(SQLException e) {
            if (!isAnswer(e)) {
                close();
            }
            return new AbortedException(e);
        }

        @Override
        public Outcome commit() {
            try (Statement statement = connection.createStatement()) {
                statement.execute("COMMIT");
                return new Outcome.Acknowledged(-1, "");
            } catch (SQLException e) {
                close();
                return new Outcome.Unknown(e.toString());
            }
        }

        @Override
        public void rollBack() {
            if (!connected()) {
                return;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("ROLLBACK");
            } catch (SQLException e) {
                close();
            }
        }
    }
}
