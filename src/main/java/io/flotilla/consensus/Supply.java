package io.flotilla.consensus;

import java.util.function.Function;
import java.util.function.LongSupplier;

/// Something of which a node must not run out. Thread-safe.
final class Supply {
    /// Nobody counts it here, or there is no limit.
    static final long UNCOUNTED = Long.MAX_VALUE;

    /// The system is asked at most this often.
    private static final long GLANCE = 100_000_000;

    private final long reserve;
    private final Function<Long, String> says;
    private volatile LongSupplier source;
    private volatile long asked;
    private volatile long left = UNCOUNTED;
    private volatile boolean low;

    /// @param reserve what is to be left; 0: there is always enough
    /// @param says that so little is left, for people
    Supply(long reserve, LongSupplier source, Function<Long, String> says) {
        this.reserve = reserve;
        this.source = source;
        this.says = says;
    }

    /// Believes somebody else from now on.
    void believe(LongSupplier other) {
        source = other;
        asked = 0;
    }

    /// As it was at most 100 ms ago.
    long left() {
        long now = System.nanoTime();
        if (asked == 0 || now - asked > GLANCE) {
            asked = now;
            left = source.getAsLong();
        }
        return left;
    }

    long reserve() {
        return reserve;
    }

    /// Over when there is a quarter more than the reserve.
    boolean isLow() {
        long now = left();
        low = now < (low ? reserve + reserve / 4 : reserve);
        return low;
    }

    boolean isExhausted() {
        return left() < reserve / 4;
    }

    String says() {
        return says.apply(left());
    }
}
