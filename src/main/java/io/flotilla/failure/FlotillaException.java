package io.flotilla.failure;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one exception that crosses the layers; opened at the edges, where it becomes an answer or an exit code.
///
/// Unchecked: between the place that knows what failed and the edge that says it, nobody has anything to add.
public final class FlotillaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Failure failure;
    private final Failure.Outcome outcome;
    private final int status;
    private final @Nullable String sqlState;
    private final int errno;

    public FlotillaException(Failure failure, String message) {
        this(failure, message, null);
    }

    public FlotillaException(Failure failure, String message, @Nullable Throwable cause) {
        this(failure, failure.outcome(), failure.status(), message, null, 0, cause);
    }

    private FlotillaException(
            Failure failure,
            Failure.Outcome outcome,
            int status,
            String message,
            @Nullable String sqlState,
            int errno,
            @Nullable Throwable cause) {
        super(message, cause);
        this.failure = failure;
        this.outcome = outcome;
        this.status = status;
        this.sqlState = sqlState;
        this.errno = errno;
    }

    /// The server refused a statement: its own SQL state, error number and text travel to the client.
    public static FlotillaException sql(
            Failure failure,
            int status,
            String message,
            @Nullable String sqlState,
            int errno,
            Throwable cause) {
        return new FlotillaException(
                failure, failure.outcome(), status, message, sqlState, errno, cause);
    }

    /// The same failure under a more exact HTTP status.
    public FlotillaException withStatus(int status) {
        return new FlotillaException(
                failure, outcome, status, message(), sqlState, errno, getCause());
    }

    /// The same failure of a request of which a part had been done before, and stays done.
    public FlotillaException partial() {
        Failure.Outcome both =
                outcome == Failure.Outcome.UNKNOWN ? outcome : Failure.Outcome.PARTIAL;
        return new FlotillaException(failure, both, status, message(), sqlState, errno, getCause());
    }

    /// The same failure, where it is not known whether the work of the request had been done before.
    public FlotillaException uncertain() {
        return new FlotillaException(
                failure, Failure.Outcome.UNKNOWN, status, message(), sqlState, errno, getCause());
    }

    public Failure failure() {
        return failure;
    }

    /// Whether the work of the request happened.
    public Failure.Outcome outcome() {
        return outcome;
    }

    public int status() {
        return status;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    /// The server's SQL state, when the server refused a statement.
    public Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    /// The server's error number; 0 when the failure is not the server's.
    public int errno() {
        return errno;
    }
}
