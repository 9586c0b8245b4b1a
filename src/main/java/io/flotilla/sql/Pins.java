package io.flotilla.sql;

import java.time.Duration;

/// Settings of a [Session], made when it is opened and after each reset.
///
/// @param sql one statement that makes them
record Pins(String sql) {
    /// What the lexers of [Fragment] and [RawStatement] rely on, what makes a statement mean the same on every node, and what
    /// the server is to tell when it changes ([Session#changed]): a trigger may set it.
    private static final String ALWAYS =
            "SET SESSION sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER',"
                    + " character_set_client=utf8mb4, character_set_connection=utf8mb4,"
                    + " character_set_results=utf8mb4, autocommit=1,"
                    + " session_track_system_variables='"
                    + "last_gtid,autocommit,sql_mode,unique_checks,check_constraint_checks,sql_select_limit,"
                    + "sql_safe_updates,sql_auto_is_null,auto_increment_increment,auto_increment_offset,"
                    + "tx_isolation,tx_read_only,character_set_client,character_set_connection,"
                    + "character_set_results,collation_connection,time_zone,lc_time_names,old_mode,"
                    + "group_concat_max_len,max_sort_length,div_precision_increment,default_week_format,"
                    + "session_track_system_variables'";

    /// For sessions in which clients write: each statement gets a time limit of its own, and other limits of locks where
    /// these are not right ([TimeLimit]).
    static Pins writing() {
        return new Pins(
                ALWAYS
                        + ", innodb_lock_wait_timeout="
                        + TimeLimit.USUAL_LOCK_SECONDS
                        + ", lock_wait_timeout="
                        + TimeLimit.USUAL_LOCK_SECONDS);
    }

    /// For sessions in which the node itself writes.
    static Pins keeping() {
        return new Pins(ALWAYS);
    }

    /// For sessions that only read. The server tells of everything that changes in them, as nothing is written.
    ///
    /// @param longest how long one statement may take, to its last row
    static Pins reading(Duration longest) {
        return new Pins(
                ALWAYS
                        + ", tx_read_only=1, session_track_state_change=1, max_statement_time="
                        + Math.max(1, longest.toSeconds()));
    }
}
