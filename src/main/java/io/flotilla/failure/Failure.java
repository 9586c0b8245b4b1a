package io.flotilla.failure;

/// What went wrong, in the words of the contract with the outside (section "Failures").
///
/// The HTTP status is kept here because the table of the contract is one table; nothing below `http` reads it.
public enum Failure {
    /// Malformed input, a missing or unknown field, over a limit: the message says which.
    BAD_REQUEST("BadRequest", 400, Outcome.NOT_APPLIED, false),
    UNAUTHENTICATED("Unauthenticated", 401, Outcome.NOT_APPLIED, false),
    FORBIDDEN("Forbidden", 403, Outcome.NOT_APPLIED, false),
    /// Unknown route, database or table.
    NOT_FOUND("NotFound", 404, Outcome.NOT_APPLIED, false),
    /// The SQL failed: the server's SQL state, error number and text are in the message.
    REJECTED("Rejected", 400, Outcome.NOT_APPLIED, false),
    /// Deadlock, lock timeout or write conflict: the same request may succeed when sent again.
    CONFLICT("Conflict", 409, Outcome.NOT_APPLIED, true),
    OVERLOADED("Overloaded", 429, Outcome.NOT_APPLIED, true),
    /// Nobody leads, within the request's deadline.
    UNAVAILABLE("Unavailable", 503, Outcome.NOT_APPLIED, true),
    STALE("Stale", 503, Outcome.NOT_APPLIED, false),
    TX_LOST("TxLost", 410, Outcome.NOT_APPLIED, false),
    /// The leader was lost while the commit was under way: it may or may not have happened.
    UNKNOWN("Unknown", 504, Outcome.UNKNOWN, false),
    /// A route of the contract that is not built yet.
    NOT_IMPLEMENTED("NotImplemented", 501, Outcome.NOT_APPLIED, false);

    private final String code;
    private final int status;
    private final Outcome outcome;
    private final boolean retryable;

    Failure(String code, int status, Outcome outcome, boolean retryable) {
        this.code = code;
        this.status = status;
        this.outcome = outcome;
        this.retryable = retryable;
    }

    /// The word the outside sees.
    public String code() {
        return code;
    }

    /// The HTTP status used unless the case asks for a more exact one (405, 413, 415; 409 for a broken constraint).
    public int status() {
        return status;
    }

    public Outcome outcome() {
        return outcome;
    }

    public boolean retryable() {
        return retryable;
    }

    /// Whether the work of a failed request happened.
    public enum Outcome {
        NOT_APPLIED("not_applied"),
        UNKNOWN("unknown"),
        PARTIAL("partial");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
