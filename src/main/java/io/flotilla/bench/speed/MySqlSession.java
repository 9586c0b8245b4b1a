package io.flotilla.bench.speed;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// A connection of the MySQL protocol, by MariaDB's driver; statements as text.
final class MySqlSession implements Session {
    private final Connection connection;
    private final Statement statement;

    private MySqlSession(Connection connection, Statement statement) {
        this.connection = connection;
        this.statement = statement;
    }

    static MySqlSession open(int port, String user, String password, String database)
            throws IOException {
        String url = "jdbc:mariadb://127.0.0.1:%d/%s?sslMode=disable".formatted(port, database);
        try {
            Connection connection = DriverManager.getConnection(url, user, password);
            return new MySqlSession(connection, connection.createStatement());
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void run(java.util.List<String> statements, boolean transaction) throws IOException {
        try {
            if (transaction) {
                statement.execute("BEGIN");
            }
            for (String sql : statements) {
                execute(sql);
            }
            if (transaction) {
                statement.execute("COMMIT");
            }
        } catch (SQLException e) {
            rollBack(transaction);
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Rows are read to their end.
    private void execute(String sql) throws SQLException {
        if (statement.execute(sql)) {
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    rows.getString(1);
                }
            }
        }
    }

    private void rollBack(boolean transaction) {
        if (transaction) {
            try {
                statement.execute("ROLLBACK");
            } catch (SQLException e) {
                // The first error is the one that counts; the next statement will say it again.
                return;
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is gone in any case.
            return;
        }
    }
}
