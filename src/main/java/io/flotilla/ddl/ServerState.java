package io.flotilla.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What else has to be asked of a server around gated transactions.
public final class ServerState {
    private ServerState() {}

    /// The XA transactions that are prepared and neither committed nor rolled back, as `X'..',X'..',1`: the form of
    /// [GatedStatement#xid()].
    public static SortedSet<String> xaPrepared(Connection connection) throws SQLException {
        SortedSet<String> xids = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("XA RECOVER")) {
            while (rows.next()) {
                xids.add(Xid.text(rows.getLong(1), rows.getInt(2), rows.getBytes(4)));
            }
        }
        return xids;
    }

    /// Tables, or partitions of tables, that are not InnoDB's, as `app.users (MyISAM)`. Such a table got past
    /// `enforce_storage_engine` by way of its partitions; its rows are neither atomic nor safe in a crash, so the list
    /// should be empty, and is an alarm when it is not.
    public static List<String> nonInnoDbTables(Connection connection) throws SQLException {
        String sql =
                """
                SELECT table_schema, table_name, engine FROM information_schema.tables
                WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
                  AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
                  AND (engine IS NULL OR engine <> 'InnoDB')
                ORDER BY 1, 2
                """;
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                tables.add(
                        "%s.%s (%s)"
                                .formatted(
                                        rows.getString(1), rows.getString(2), rows.getString(3)));
            }
        }
        return tables;
    }
}
