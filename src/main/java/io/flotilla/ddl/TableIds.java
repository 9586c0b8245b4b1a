package io.flotilla.ddl;

import io.flotilla.ddl.GatedStatement.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The ids that InnoDB gave the tables of this server. A table that is made, truncated or rebuilt gets new ones, so they
/// tell what no definition shows. They mean nothing on another server.
///
/// @param ids by InnoDB's own name of a table or partition (`app/users`, `app/users#P#p0`), as `table id:space id`
public record TableIds(SortedMap<String, String> ids) {
    public static final TableIds NONE = new TableIds(new TreeMap<>());

    /// In a name of InnoDB, a character that is no ASCII letter or digit; others are encoded by a table of the server.
    private static final Pattern ENCODED = Pattern.compile("@([0-9a-f]{4})");

    public TableIds {
        ids = new TreeMap<>(ids);
    }

    /// Asks the server; takes no metadata lock and is not held up by commits that wait.
    ///
    /// @param connection with the PROCESS privilege
    public static TableIds read(Connection connection) throws SQLException {
        // hidden tables of full-text indexes, and those of an ALTER that runs, come and go by
        // themselves
        String sql =
                """
                SELECT name, table_id, space FROM information_schema.innodb_sys_tables
                WHERE name LIKE '%/%' AND name NOT LIKE 'mysql/%' AND name NOT LIKE 'sys/%'
                  AND name NOT LIKE '%/#sql%' AND name NOT LIKE '%/FTS\\_%'
                """;
        TreeMap<String, String> ids = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                ids.put(rows.getString(1), rows.getLong(2) + ":" + rows.getLong(3));
            }
        }
        return new TableIds(ids);
    }

    /// The tables that have other ids than before, are new, or are gone.
    Set<String> changedSince(TableIds before) {
        Set<String> names = new TreeSet<>(ids.keySet());
        names.addAll(before.ids.keySet());
        names.removeIf(name -> Objects.equals(ids.get(name), before.ids.get(name)));
        return names;
    }

    /// Whether a statement can be what changed this table: it names it, or its database as a whole. A statement that
    /// could not be read can have changed any.
    static boolean speaksOf(GatedStatement statement, String table) {
        if (statement.names().isEmpty()) {
            return true;
        }
        int slash = table.indexOf('/');
        String name =
                statement.kind() == Kind.DATABASE
                        ? table.substring(0, slash)
                        : table.substring(slash + 1);
        int partition = name.indexOf("#P#");
        String decoded = decode(partition < 0 ? name : name.substring(0, partition));
        return decoded.contains("@")
                || statement.names().contains(decoded.toLowerCase(Locale.ROOT));
    }

    private static String decode(String name) {
        return ENCODED.matcher(name)
                .replaceAll(match ->
                        Matcher.quoteReplacement(
                                Character.toString(Integer.parseInt(match.group(1), 16))));
    }
}
