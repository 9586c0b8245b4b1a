package io.flotilla.sql;

import io.flotilla.failure.FlotillaException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/// What one statement of a [Batch] gave.
public sealed interface StatementResult {
    /// How long the statement took.
    Duration took();

    /// @param rows how many the server says it changed
    /// @param lastInsertId the first automatic id it gave, if any (64 bits, unsigned)
    record Changed(long rows, Optional<BigInteger> lastInsertId, Duration took)
            implements StatementResult {}

    /// The statement gave rows (`RETURNING`, a procedure's first result, a query among writes).
    record Rows(BufferedRows rows, Duration took) implements StatementResult {}

    /// The server refused the statement, and it changed nothing.
    record Failed(FlotillaException failure, Duration took) implements StatementResult {}
}
