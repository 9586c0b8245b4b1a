package io.flotilla.sql;

/// How much is kept of answers under keys ([WriteKey]).
///
/// @param retention for how many later transactions of the log an answer is kept at least, unless there are too many. Too
///     few: a client that repeats late does its write twice
/// @param maxKeys how many answers are kept; the oldest go first. Each takes some 150 bytes, and its own length, on every
///     node
/// @param betweenTidying after how many writes with keys the old ones are looked for
/// @param maxAnswer bytes of one answer; a write whose answer is longer is not done under a key
public record KeyLimits(long retention, long maxKeys, int betweenTidying, int maxAnswer) {
    public static final long DEFAULT_RETENTION = 1_000_000;
    public static final long DEFAULT_MAX_KEYS = 1_000_000;
    public static final int DEFAULT_BETWEEN_TIDYING = 1_000;
    public static final int DEFAULT_MAX_ANSWER = 1 << 20;

    public KeyLimits {
        if (retention < 1 || maxKeys < 1 || betweenTidying < 1 || maxAnswer < 1) {
            throw new IllegalArgumentException("limits of keys must be positive");
        }
    }

    public static KeyLimits defaults() {
        return new KeyLimits(
                DEFAULT_RETENTION, DEFAULT_MAX_KEYS, DEFAULT_BETWEEN_TIDYING, DEFAULT_MAX_ANSWER);
    }
}
