package io.flotilla.account;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/// Reads the accounts of clients from the server's own tables.
final class Register {
    private static final String EVERYTHING = "%";

    /// Neither ours nor those the server is born with, nor roles.
    private static final String CLIENTS =
            """
             User NOT LIKE 'flotilla\\_%' AND User NOT IN ('', 'root', 'mysql', 'mariadb.sys', 'PUBLIC')
            """;

    private static final String ACCOUNTS =
            """
            SELECT User, Host, COALESCE(JSON_VALUE(Priv, '$.account_locked'), 0) IN ('1', 'true'),
                   COALESCE(JSON_VALUE(Priv, '$.authentication_string'), '') <> ''
            FROM mysql.global_priv
            WHERE COALESCE(JSON_VALUE(Priv, '$.is_role'), 0) NOT IN ('1', 'true') AND
            """
                    + CLIENTS
                    + " ORDER BY User, Host";

    private static final String RIGHTS =
            """
            SELECT d.User, d.Host, d.Db, p.PRIVILEGE_TYPE
            FROM mysql.db d JOIN information_schema.SCHEMA_PRIVILEGES p
              ON p.GRANTEE = CONCAT('\\'', d.User, '\\'@\\'', d.Host, '\\'') AND p.TABLE_SCHEMA = d.Db
            WHERE
            """
                    + CLIENTS.replace("User", "d.User")
                    + " ORDER BY d.User, d.Host, d.Db, p.PRIVILEGE_TYPE";

    private static final String HASHES =
            """
            SELECT COALESCE(JSON_VALUE(Priv, '$.authentication_string'), ''),
                   COALESCE(JSON_VALUE(Priv, '$.auth_or[1].authentication_string'), '')
            FROM mysql.global_priv
            WHERE User = ? AND Host = ? AND JSON_VALUE(Priv, '$.plugin') = 'mysql_native_password'
            """;

    private final DataSource server;
    private final Duration patience;

    /// @param server sessions of the registrar
    /// @param patience how long one answer may take
    Register(DataSource server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    List<Account> accounts() {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            // The driver's own timeout would be a KILL; this closes the connection.
            connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis() + 1);
            statement.execute("SET SESSION sql_mode='STRICT_TRANS_TABLES'");
            Map<String, Map<String, List<String>>> rights = rights(statement);
            List<Account> accounts = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(ACCOUNTS)) {
                while (row.next()) {
                    accounts.add(account(row, rights));
                }
            }
            return accounts;
        } catch (SQLException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "the server does not tell its accounts: " + e, e);
        }
    }

    /// The hashes of an account's passwords: its own, and the second or nothing. Empty if there is no such account, or
    /// it proves itself otherwise.
    Optional<List<String>> hashes(AccountName name) {
        try (Connection connection = server.getConnection();
                PreparedStatement question = connection.prepareStatement(HASHES)) {
            connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis() + 1);
            question.setString(1, name.user());
            question.setString(2, name.host());
            try (ResultSet row = question.executeQuery()) {
                return row.next()
                        ? Optional.of(List.of(row.getString(1), row.getString(2)))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "the server does not tell its accounts", e);
        }
    }

    private static Account account(ResultSet row, Map<String, Map<String, List<String>>> all)
            throws SQLException {
        String user = row.getString(1);
        String host = row.getString(2);
        Map<String, List<String>> rights =
                new TreeMap<>(all.getOrDefault(user + "@" + host, Map.of()));
        boolean administrator = rights.remove(EVERYTHING) != null;
        if (administrator) {
            rights.keySet().removeAll(AccountStatements.WITHHELD);
        }
        return new Account(user, host, administrator, row.getBoolean(3), row.getBoolean(4), rights);
    }

    private static Map<String, Map<String, List<String>>> rights(Statement statement)
            throws SQLException {
        Map<String, Map<String, List<String>>> rights = new LinkedHashMap<>();
        try (ResultSet row = statement.executeQuery(RIGHTS)) {
            while (row.next()) {
                rights.computeIfAbsent(
                                row.getString(1) + "@" + row.getString(2), name -> new TreeMap<>())
                        .computeIfAbsent(
                                row.getString(3).replace("\\", ""), database -> new ArrayList<>())
                        .add(row.getString(4));
            }
        }
        return rights;
    }
}
