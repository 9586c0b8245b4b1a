package io.flotilla.binlog;

import java.util.List;

/// What a feed answers to a query.
sealed interface Reply {
    /// `ER_UNKNOWN_ERROR`: a replica tries again after it.
    int UNKNOWN_ERROR = 1105;

    /// `ER_UNKNOWN_COM_ERROR`.
    int UNKNOWN_COMMAND = 1047;

    /// `ER_PARSE_ERROR`.
    int UNKNOWN_QUERY = 1064;

    /// `ER_ACCESS_DENIED_ERROR`.
    int ACCESS_DENIED = 1045;

    /// `ER_CON_COUNT_ERROR`.
    int TOO_MANY_CONNECTIONS = 1040;

    record Done() implements Reply {}

    /// A result of at most one row.
    ///
    /// @param row one value for each column; empty for a result without rows
    record Table(List<String> columns, List<String> row) implements Reply {
        static Table of(String column, String value) {
            return new Table(List.of(column), List.of(value));
        }
    }

    record Refusal(int errno, String message) implements Reply {}

    /// Ends the session with this number; it may be gone already.
    record Kill(long session) implements Reply {}
}
