package io.flotilla.ddl;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/// The foreign keys, from InnoDB's own dictionary. They are the one part of a table's definition that changes without its
/// file being written: when the table they refer to, or a column of it, is renamed.
final class ForeignKeys {
    private ForeignKeys() {}

    /// What the keys of each table are, by InnoDB's name of the table; comparable on the same server only.
    static Map<String, String> read(Statement statement) throws SQLException {
        String sql =
                """
                SELECT f.for_name, f.id, f.ref_name, f.type, c.for_col_name, c.ref_col_name, c.pos
                FROM information_schema.innodb_sys_foreign f JOIN information_schema.innodb_sys_foreign_cols c USING (id)
                """;
        Map<String, String> keys = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                StringBuilder key = new StringBuilder();
                for (int column = 2; column <= 7; column++) {
                    key.append(rows.getString(column)).append(' ');
                }
                keys.merge(rows.getString(1), key.toString(), String::concat);
            }
        }
        return keys;
    }
}
