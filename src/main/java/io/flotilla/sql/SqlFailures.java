package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The server's errors in the words of the contract. Numbers: sql/share/errmsg-utf8.txt.
final class SqlFailures {
    private static final int READ_ONLY = 1290;

    /// ER_QUERY_INTERRUPTED: by KILL.
    private static final int INTERRUPTED = 1317;

    /// ER_STATEMENT_TIMEOUT: by `max_statement_time`.
    private static final int TIME_EXCEEDED = 1969;

    private SqlFailures() {}

    /// Whether the session is gone, so that nobody knows what the server did with the last statement: the connection
    /// broke, the server is going (1053), the session was killed (1927).
    static boolean sessionLost(SQLException e) {
        String state = e.getSQLState();
        return (state != null && state.startsWith("08"))
                || e.getErrorCode() == 1053
                || e.getErrorCode() == 1927;
    }

    /// Whether the server has said this, and not the driver.
    static boolean fromServer(SQLException e) {
        return e.getErrorCode() != 0 && !sessionLost(e);
    }

    /// Whether the driver refused before it sent anything: values that do not fit the statement.
    static boolean fromDriver(SQLException e) {
        String state = e.getSQLState();
        return e.getErrorCode() == 0 && state != null && state.startsWith("07");
    }

    /// Whether the server refused because it does not lead. (1290 is also what a `--secure-file-priv` server says, to
    /// accounts that have the right to files; ours has not.)
    static boolean readOnly(SQLException e) {
        return e.getErrorCode() == READ_ONLY;
    }

    /// A statement that the server refused and that changed nothing.
    static FlotillaException of(SQLException e) {
        Failure failure = noRoom(e) ? Failure.OVERLOADED : failure(e.getErrorCode());
        int status = brokenConstraint(e) ? 409 : failure.status();
        return FlotillaException.sql(
                failure, status, text(e), e.getSQLState(), e.getErrorCode(), e);
    }

    /// The same of a statement that was given a time limit, which may be what ended it: then it is said as the server says
    /// it of its own limits.
    static FlotillaException of(SQLException e, TimeLimit limit) {
        if (e.getErrorCode() != INTERRUPTED || limit.byServer() || !limit.deadline().over()) {
            return of(e);
        }
        return FlotillaException.sql(
                Failure.REJECTED,
                Failure.REJECTED.status(),
                "Query execution was interrupted (the request's deadline was over)",
                e.getSQLState(),
                TIME_EXCEEDED,
                e);
    }

    /// A statement of which some may have happened.
    static FlotillaException unknown(String why, SQLException e) {
        return FlotillaException.sql(
                Failure.UNKNOWN,
                Failure.UNKNOWN.status(),
                why + ": " + text(e),
                e.getSQLState(),
                e.getErrorCode(),
                e);
    }

    private static Failure failure(int errno) {
        return switch (errno) {
            // Unknown database, unknown table.
            case 1049, 1146 -> Failure.NOT_FOUND;
            // Access denied: to the server, database, table, column, for lack of a privilege, to a
            // routine.
            case 1044, 1045, 1142, 1143, 1227, 1370, 1698 -> Failure.FORBIDDEN;
            // Deadlock; lock wait timeout; record changed since the snapshot was taken; interrupted
            // by an administrator.
            case 1213, 1205, 1020, INTERRUPTED -> Failure.CONFLICT;
            // Too many connections, of all, of this account, per hour.
            case 1040, 1203, 1226 -> Failure.OVERLOADED;
            default -> Failure.REJECTED;
        };
    }

    /// Whether the server found no room on its disk: 1021; 1114, which InnoDB says when a file cannot grow; or the error of
    /// whatever it tried (3, 1005, 1026, 1030, ...) with the reason in its text, the system's or InnoDB's own (135,
    /// `HA_ERR_RECORD_FILE_FULL`). Not when somebody only says so, by SIGNAL (1644).
    private static boolean noRoom(SQLException e) {
        return switch (e.getErrorCode()) {
            case 1021, 1114 -> true;
            case 1644 -> false;
            default ->
                    text(e).contains("No space left on device") || text(e).contains("(errno: 135 ");
        };
    }

    /// Class 23 is "integrity constraint violation"; MariaDB files 1052 (ambiguous column) there too.
    private static boolean brokenConstraint(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("23") && e.getErrorCode() != 1052;
    }

    /// The server's text, without what the driver puts before it: `(conn=12) `.
    private static String text(SQLException e) {
        @Nullable String message = e.getMessage();
        if (message == null) {
            return "error " + e.getErrorCode();
        }
        return message.startsWith("(conn=")
                ? message.substring(message.indexOf(')') + 1).strip()
                : message;
    }
}
