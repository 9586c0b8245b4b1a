package io.flotilla.sql;

import java.time.Duration;

/// Limits of interactive transactions. Each holds a session, its locks, and the undo of all rows it has seen.
///
/// @param open how many at once; fewer than the sessions that write, so that other writes go on
/// @param idle how long one may be left alone. Too long: whoever forgot one blocks others meanwhile
/// @param longest how long one may take in all
public record TxLimits(int open, Duration idle, Duration longest) {
    public static final int DEFAULT_OPEN = 16;
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(10);
    public static final Duration DEFAULT_LONGEST = Duration.ofSeconds(60);

    public TxLimits {
        if (open < 1 || !idle.isPositive() || longest.compareTo(idle) < 0) {
            throw new IllegalArgumentException("limits of transactions must be positive");
        }
    }

    public static TxLimits defaults() {
        return new TxLimits(DEFAULT_OPEN, DEFAULT_IDLE, DEFAULT_LONGEST);
    }
}
