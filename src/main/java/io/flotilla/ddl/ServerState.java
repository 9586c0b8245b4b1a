package io.flotilla.ddl;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What else has to be asked of a server around gated transactions.
public final class ServerState {
    private static final String FOREIGN =
            """
            SELECT table_schema, table_name, engine FROM information_schema.tables
            WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
              AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
              AND (engine IS NULL OR engine <> 'InnoDB')
            """;

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
    ///
    /// Opens every table of the server; [#nonInnoDbTables(Connection, Collection)] opens only those it is asked about.
    public static List<String> nonInnoDbTables(Connection connection) throws SQLException {
        List<String> foreign = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(FOREIGN + " ORDER BY 1, 2")) {
            addForeign(query, foreign);
        }
        return foreign;
    }

    /// Those among these tables that are not InnoDB's; a name that is no table's is left out.
    static List<String> nonInnoDbTables(Connection connection, Collection<TableName> tables)
            throws SQLException {
        List<String> foreign = new ArrayList<>();
        if (tables.isEmpty()) {
            return foreign;
        }
        String sql = FOREIGN + " AND table_schema = ? AND table_name = ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (TableName table : tables) {
                query.setString(1, table.database());
                query.setString(2, table.name());
                addForeign(query, foreign);
            }
        }
        return foreign;
    }

    private static void addForeign(PreparedStatement query, List<String> foreign)
            throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                foreign.add(
                        "%s.%s (%s)"
                                .formatted(
                                        rows.getString(1), rows.getString(2), rows.getString(3)));
            }
        }
    }
}
