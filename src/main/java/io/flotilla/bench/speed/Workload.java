package io.flotilla.bench.speed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// What one client does again and again, as statements on the table `bench (id BIGINT PRIMARY KEY, k INT, c VARCHAR(120))`.
public enum Workload {
    /// One new row, committed.
    INSERT(true),
    /// One row changed by its key, committed.
    UPDATE(true),
    /// One row read by its key.
    READ(false),
    /// Ten new rows in one transaction.
    TX10(true),
    /// Five rows read, one changed, one deleted and put back, in one transaction.
    MIXED(true);

    /// Rows that are there before anything is measured: those that are read and changed.
    static final int ROWS = 10_000;

    private static final int TEN = 10;
    private static final int READS = 5;
    private static final String FILLING = "x".repeat(100);

    private final boolean writes;

    Workload(boolean writes) {
        this.writes = writes;
    }

    /// @throws IllegalArgumentException when there is none of this name
    public static Workload of(String word) {
        for (Workload workload : values()) {
            if (workload.word().equals(word.toLowerCase(Locale.ROOT))) {
                return workload;
            }
        }
        throw new IllegalArgumentException(
                "there is no workload '%s'; there are insert, update, read, tx10, mixed"
                        .formatted(word));
    }

    boolean writes() {
        return writes;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether it is one statement that commits by itself.
    boolean single() {
        return this == INSERT || this == UPDATE || this == READ;
    }

    /// @param fresh gives keys that no row has yet
    List<String> statements(Keys fresh, SplittableRandom random) {
        return switch (this) {
            case INSERT -> List.of(insert(fresh.next()));
            case UPDATE -> List.of(update(random.nextInt(ROWS)));
            case READ -> List.of(read(random.nextInt(ROWS)));
            case TX10 -> IntStream.range(0, TEN).mapToObj(i -> insert(fresh.next())).toList();
            case MIXED -> mixed(fresh.next(), random);
        };
    }

    /// Keys of one client, unlike all others'.
    static final class Keys {
        private long next;

        Keys(int client) {
            // Below the sign of a 64-bit number for any client, above the rows that are read.
            next = (client + 1L) << 32;
        }

        long next() {
            return next++;
        }
    }

    private static List<String> mixed(long fresh, SplittableRandom random) {
        List<String> reads =
                IntStream.range(0, READS).mapToObj(i -> read(random.nextInt(ROWS))).toList();
        List<String> all = new ArrayList<>(reads);
        all.add(update(random.nextInt(ROWS)));
        all.add(insert(fresh));
        all.add("DELETE FROM bench WHERE id = " + fresh);
        return all;
    }

    static String insert(long id) {
        return "INSERT INTO bench VALUES (" + id + ", " + (id & 0xffff) + ", '" + FILLING + "')";
    }

    private static String update(long id) {
        return "UPDATE bench SET k = k + 1 WHERE id = " + id;
    }

    private static String read(long id) {
        return "SELECT id, k, c FROM bench WHERE id = " + id;
    }
}
