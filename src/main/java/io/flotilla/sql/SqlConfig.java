package io.flotilla.sql;

import java.time.Duration;

/// How much clients' statements over HTTP may use of this node's server.
///
/// @param maxWriters sessions that write at the same time. Too few queue behind slow commits, which hold theirs until a
///     majority has them, and make small entries of the log; each takes some 0.3 MiB of the server's memory
/// @param maxReaders sessions that read at the same time. Each answer that is being streamed holds one, however slow its
///     client
/// @param maxIdle an unused session older than this is closed, long before the server would (`wait_timeout`, 8 h)
/// @param trustIdle how long an unused session is taken to live without being asked, which saves a round trip per write.
///     Too long: a write into a session that an administrator ended is `Unknown` for nothing
/// @param maxStream how long one answer may be streamed; too short cuts large exports, too long lets a client that reads
///     a byte a minute hold a session
/// @param answerGrace how long after its deadline a statement is still waited for: it is ended at the deadline and the
///     server says so, which is better to know than to guess
/// @param fetchRows how many rows the driver reads from the server at a time
/// @param maxBufferedRows bytes of rows that one statement among writes may give: they are kept until it is known what
///     became of the write. Larger results are read with queries, which stream
/// @param keys limits of what is kept under keys
/// @param transactions limits of interactive transactions
/// @param logins how clients log in
public record SqlConfig(
        int maxWriters,
        int maxReaders,
        Duration maxIdle,
        Duration trustIdle,
        Duration maxStream,
        Duration answerGrace,
        int fetchRows,
        long maxBufferedRows,
        KeyLimits keys,
        TxLimits transactions,
        LoginLimits logins) {
    /// What a request may take that does not say it.
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

    public static final int DEFAULT_MAX_WRITERS = 128;
    public static final int DEFAULT_MAX_READERS = 64;
    public static final Duration DEFAULT_MAX_IDLE = Duration.ofMinutes(5);
    public static final Duration DEFAULT_TRUST_IDLE = Duration.ofMillis(500);
    public static final Duration DEFAULT_MAX_STREAM = Duration.ofMinutes(30);
    public static final Duration DEFAULT_ANSWER_GRACE = Duration.ofMillis(250);
    public static final int DEFAULT_FETCH_ROWS = 256;
    public static final long DEFAULT_MAX_BUFFERED_ROWS = 8L << 20;

    public SqlConfig {
        if (maxWriters < 1 || maxReaders < 1 || fetchRows < 1 || maxBufferedRows < 1) {
            throw new IllegalArgumentException(
                    "sessions, rows to fetch and to keep must be at least 1");
        }
        if (!maxIdle.isPositive()
                || !maxStream.isPositive()
                || trustIdle.isNegative()
                || answerGrace.isNegative()) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /// The same with another way of logging in.
    public SqlConfig withLogins(LoginLimits other) {
        return new SqlConfig(
                maxWriters,
                maxReaders,
                maxIdle,
                trustIdle,
                maxStream,
                answerGrace,
                fetchRows,
                maxBufferedRows,
                keys,
                transactions,
                other);
    }

    public static SqlConfig defaults() {
        return new SqlConfig(
                DEFAULT_MAX_WRITERS,
                DEFAULT_MAX_READERS,
                DEFAULT_MAX_IDLE,
                DEFAULT_TRUST_IDLE,
                DEFAULT_MAX_STREAM,
                DEFAULT_ANSWER_GRACE,
                DEFAULT_FETCH_ROWS,
                DEFAULT_MAX_BUFFERED_ROWS,
                KeyLimits.defaults(),
                TxLimits.defaults(),
                LoginLimits.defaults());
    }
}
