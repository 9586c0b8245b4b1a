package io.flotilla.ddl;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads a server's schema, object by object.
final class SchemaReader {
    /// How long a metadata lock is waited for. Longer, and a stuck session holds up the gate; shorter, and a lock that is
    /// let go in a moment is an error.
    static final int LOCK_WAIT_SECONDS = 2;

    private static final int LOCK_WAIT_TIMEOUT = 1205;

    /// `ER_WARN_I_S_SKIPPED_TABLE`: a table was left out because somebody holds its lock.
    private static final int SKIPPED = 1684;

    private final Connection connection;
    private final Recollection recollection;
    private final TreeMap<String, String> objects = new TreeMap<>();

    SchemaReader(Connection connection, Recollection recollection) {
        this.connection = connection;
        this.recollection = recollection;
    }

    Schema read() throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalArgumentException(
                    "in a transaction the locks of all tables would be kept");
        }
        try (Statement statement = connection.createStatement()) {
            Session session = Session.enter(statement);
            try {
                return read(statement);
            } catch (SQLException e) {
                throw busy(e, "the server");
            } finally {
                session.leave(statement);
            }
        }
    }

    private Schema read(Statement statement) throws SQLException {
        for (CatalogQuery query : CatalogQuery.ALL) {
            objects.putAll(list(statement, query));
        }
        objects.putAll(triggers(statement));
        Map<String, String> foreignKeys = ForeignKeys.read(statement);
        for (TableName table : tables(statement)) {
            String keys = foreignKeys.getOrDefault(table.database() + "/" + table.name(), "");
            Definition definition = definition(statement, table, keys);
            objects.put(definition.kind() + " " + table, definition.fingerprint());
        }
        return new Schema(objects, TableIds.read(connection));
    }

    private Map<String, String> triggers(Statement statement) throws SQLException {
        Optional<Map<String, String>> known = recollection.triggers();
        if (known.isPresent()) {
            return known.get();
        }
        Map<String, String> triggers = list(statement, CatalogQuery.TRIGGERS);
        recollection.keepTriggers(triggers);
        return triggers;
    }

    private static Map<String, String> list(Statement statement, CatalogQuery query)
            throws SQLException {
        Map<String, String> listed = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery(query.sql())) {
            while (rows.next()) {
                if (!query.ours(rows)) {
                    listed.put(query.name(rows), fingerprint(rows, query.names()));
                }
            }
        }
        refuseWarnings(statement, query.kind());
        return listed;
    }

    private static String fingerprint(ResultSet rows, int from) throws SQLException {
        Sha256 sha = new Sha256();
        addColumns(sha, rows, from + 1);
        return sha.hex();
    }

    private static void addColumns(Sha256 sha, ResultSet rows, int from) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        for (int column = from; column <= columns.getColumnCount(); column++) {
            // bodies are stored as bytes, in the character set of their author
            sha.add(
                    switch (columns.getColumnType(column)) {
                        case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
                                rows.getBytes(column);
                        default -> utf8(rows.getString(column));
                    });
        }
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<TableName> tables(Statement statement) throws SQLException {
        // names alone are read from the directories: no file is opened
        String sql =
                """
                SELECT table_schema, table_name FROM information_schema.tables
                WHERE table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
                """;
        List<TableName> tables = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                tables.add(new TableName(rows.getString(1), rows.getString(2)));
            }
        }
        refuseWarnings(statement, "tables");
        return tables;
    }

    private Definition definition(Statement statement, TableName table, String foreignKeys)
            throws SQLException {
        Optional<Definition> known = recollection.table(table, foreignKeys);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return read(statement, table, foreignKeys);
        } catch (SQLException e) {
            if (fatal(e)) {
                throw busy(e, "table " + table);
            }
            // a table that cannot be opened is part of what this server holds, and a difference to
            // others
            return new Definition("table", "error " + e.getErrorCode());
        }
    }

    private Definition read(Statement statement, TableName table, String foreignKeys)
            throws SQLException {
        Optional<String> text = show(statement, "SHOW CREATE TABLE " + table.quoted());
        Sha256 sha = new Sha256();
        if (text.isEmpty()) {
            addView(statement, table, sha);
        } else {
            sha.add(TableDefinition.normalise(text.get()));
            if (TableDefinition.isSequence(text.get())) {
                // what a sequence is lies in its row, not in its file: never remembered
                sha.add(show(statement, "SHOW CREATE SEQUENCE " + table.quoted()).orElse(""));
                return new Definition("table", sha.hex());
            }
        }
        Definition definition = new Definition(text.isEmpty() ? "view" : "table", sha.hex());
        recollection.keepTable(table, foreignKeys, definition);
        return definition;
    }

    /// @return empty for a view
    private static Optional<String> show(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new SQLException("no answer to " + sql);
            }
            boolean view = row.getMetaData().getColumnLabel(1).equals("View");
            return view ? Optional.empty() : Optional.of(row.getString(2));
        }
    }

    /// What SHOW CREATE says of a view depends on the tables behind it; this is what its file says.
    private void addView(Statement statement, TableName view, Sha256 sha) throws SQLException {
        String sql =
                """
                SELECT view_definition, check_option, definer, security_type, character_set_client,
                       collation_connection, algorithm
                FROM information_schema.views WHERE table_schema = ? AND table_name = ?
                """;
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, view.database());
            query.setString(2, view.name());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    addColumns(sha, row, 1);
                }
            }
        }
        refuseWarnings(statement, "view " + view);
    }

    /// Not about the object, but about us: the connection, a lock, a kill, a timeout.
    private static boolean fatal(SQLException e) {
        String state = e.getSQLState();
        boolean connection = state == null || state.startsWith("08") || state.startsWith("70");
        return connection || e.getErrorCode() == LOCK_WAIT_TIMEOUT || e.getErrorCode() == 1969;
    }

    private static void refuseWarnings(Statement statement, String what) throws SQLException {
        for (@Nullable SQLWarning warning = statement.getWarnings();
                warning != null;
                warning = warning.getNextWarning()) {
            if (warning.getErrorCode() == LOCK_WAIT_TIMEOUT || warning.getErrorCode() == SKIPPED) {
                throw new SchemaBusyException(
                        what + ": " + warning.getMessage(), warning.getErrorCode());
            }
        }
    }

    private static SQLException busy(SQLException e, String what) {
        if (e instanceof SchemaBusyException || e.getErrorCode() != LOCK_WAIT_TIMEOUT) {
            return e;
        }
        SchemaBusyException busy =
                new SchemaBusyException(what + ": " + e.getMessage(), e.getErrorCode());
        busy.initCause(e);
        return busy;
    }

    /// Settings of the session that the texts of the server depend on.
    private record Session(String sqlMode, long lockWait) {
        static Session enter(Statement statement) throws SQLException {
            Session before;
            try (ResultSet row = statement.executeQuery("SELECT @@sql_mode, @@lock_wait_timeout")) {
                row.next();
                before = new Session(row.getString(1), row.getLong(2));
            }
            statement.execute(
                    "SET sql_mode = '', sql_quote_show_create = 1, lock_wait_timeout = "
                            + LOCK_WAIT_SECONDS);
            return before;
        }

        void leave(Statement statement) throws SQLException {
            statement.execute("SET sql_mode = '" + sqlMode + "', lock_wait_timeout = " + lockWait);
        }
    }
}
