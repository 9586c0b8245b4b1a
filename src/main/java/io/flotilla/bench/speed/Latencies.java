package io.flotilla.bench.speed;

import java.util.Arrays;
import java.util.Collection;

/// Times of single operations, each kept as it was measured, in microseconds. For one thread.
final class Latencies {
    private static final int FIRST = 1 << 12;

    private int[] micros = new int[FIRST];
    private int count;

    void add(long nanos) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, count * 2);
        }
        micros[count++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1000);
    }

    int count() {
        return count;
    }

    /// All of them, in order of size.
    static int[] sorted(Collection<Latencies> parts) {
        int[] all = new int[parts.stream().mapToInt(Latencies::count).sum()];
        int at = 0;
        for (Latencies part : parts) {
            System.arraycopy(part.micros, 0, all, at, part.count);
            at += part.count;
        }
        Arrays.sort(all);
        return all;
    }

    /// The least value that `share` of all do not exceed, in milliseconds; 0 when there is none.
    static double quantile(int[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.clamp(rank, 1, sorted.length) - 1] / 1000.0;
    }
}
