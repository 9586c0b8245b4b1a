package io.flotilla.ddl;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// Lists the objects of one kind. The first columns name an object, the others define it.
///
/// @param kind the first word of the object's name in a [Schema]
/// @param names how many columns name the object
/// @param accounts which of the columns hold the name of an account: rows with one of ours are left out
record CatalogQuery(String kind, int names, List<Integer> accounts, String sql) {
    /// Accounts that begin like this belong to the node itself; each node makes them for itself.
    static final String INTERNAL_ACCOUNT = "flotilla_";

    /// So does what everybody may do.
    private static final String EVERYBODY = "PUBLIC";

    /// What is left out, and why: times of creation and change; `status` and `originator` of events (a follower has
    /// them disabled); grantors (a replica's SQL thread is another one); in accounts, the time of the last change of
    /// password and the server's version; foreign servers and plugins (MariaDB does not replicate them).
    static final List<CatalogQuery> ALL =
            List.of(
                    of(
                            "database",
                            1,
                            """
                            SELECT schema_name, default_character_set_name, default_collation_name, schema_comment
                            FROM information_schema.schemata
                            WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
                            """),
                    of(
                            "routine",
                            3,
                            """
                            SELECT db, name, type, language, sql_data_access, is_deterministic, security_type, param_list,
                                   returns, body, definer, sql_mode, comment, character_set_client, collation_connection,
                                   db_collation, aggregate
                            FROM mysql.proc
                            WHERE db NOT IN ('mysql', 'sys')
                            """),
                    of(
                            "event",
                            2,
                            """
                            SELECT db, name, body, definer, execute_at, interval_value, interval_field, starts, ends,
                                   on_completion, sql_mode, comment, character_set_client, collation_connection,
                                   db_collation, time_zone
                            FROM mysql.event
                            WHERE db NOT IN ('mysql', 'sys')
                            """),
                    of("function", 1, "SELECT name, ret, dl, type FROM mysql.func"),
                    new CatalogQuery(
                            "account",
                            2,
                            List.of(1),
                            """
                            SELECT user, host, json_normalize(json_remove(priv, '$.password_last_changed', '$.version_id'))
                            FROM mysql.global_priv
                            """),
                    new CatalogQuery(
                            "rights on database",
                            3,
                            List.of(1),
                            "SELECT user, host, db, d.* FROM mysql.db d"),
                    new CatalogQuery(
                            "rights on table",
                            4,
                            List.of(1),
                            """
                            SELECT user, host, db, table_name, table_priv, column_priv FROM mysql.tables_priv
                            """),
                    new CatalogQuery(
                            "rights on column",
                            5,
                            List.of(1),
                            """
                            SELECT user, host, db, table_name, column_name, column_priv FROM mysql.columns_priv
                            """),
                    new CatalogQuery(
                            "rights on routine",
                            5,
                            List.of(1),
                            """
                            SELECT user, host, db, routine_name, routine_type, proc_priv FROM mysql.procs_priv
                            """),
                    new CatalogQuery(
                            "role of",
                            3,
                            List.of(1, 3),
                            """
                            SELECT user, host, role, admin_option FROM mysql.roles_mapping
                            """),
                    new CatalogQuery(
                            "proxy",
                            4,
                            List.of(1, 3),
                            """
                            SELECT user, host, proxied_user, proxied_host, with_grant FROM mysql.proxies_priv
                            """));

    /// Looks into each table's files, so it is the slow one among them.
    static final CatalogQuery TRIGGERS =
            of(
                    "trigger",
                    2,
                    """
                    SELECT trigger_schema, trigger_name, event_object_table, event_manipulation, action_timing,
                           action_order, action_statement, sql_mode, definer, character_set_client,
                           collation_connection, database_collation
                    FROM information_schema.triggers
                    WHERE trigger_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
                    """);

    private static CatalogQuery of(String kind, int names, String sql) {
        return new CatalogQuery(kind, names, List.of(), sql);
    }

    boolean ours(ResultSet row) throws SQLException {
        for (int column : accounts) {
            String account = row.getString(column);
            if (account != null
                    && (account.startsWith(INTERNAL_ACCOUNT) || account.equals(EVERYBODY))) {
                return true;
            }
        }
        return false;
    }

    String name(ResultSet row) throws SQLException {
        StringBuilder name = new StringBuilder(kind);
        for (int column = 1; column <= names; column++) {
            name.append(column == 1 ? " " : ".").append(row.getString(column));
        }
        return name.toString();
    }
}
