package io.flotilla.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waiting for something outside this process, which can only be asked again and again.
public final class Patience {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private Patience() {}

    /// @throws OverdueException when it has not become true within the time
    public static void until(Duration time, Supplier<String> what, BooleanSupplier condition) {
        untilPresent(
                time, what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /// @throws OverdueException when nothing came within the time
    public static <T> T untilPresent(
            Duration time, Supplier<String> what, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + time.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent()) {
                return seen.get();
            }
            if (System.nanoTime() - end >= 0) {
                throw new OverdueException("not within " + time.toMillis() + " ms: " + what.get());
            }
            pause(BETWEEN_LOOKS);
        }
    }

    /// @return whether it became true within the time
    public static boolean within(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            pause(BETWEEN_LOOKS);
        }
        return true;
    }

    /// Lets time pass: the length of a freeze, the pace of a load.
    public static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OverdueException("interrupted while waiting");
        }
    }

    /// Something did not happen in its time.
    public static final class OverdueException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        OverdueException(String message) {
            super(message);
        }
    }
}
