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
        untilPresent(time, what, () -> whenTrue(condition));
    }

    /// @throws OverdueException when nothing came within the time
    public static <T> T untilPresent(
            Duration time, Supplier<String> what, Supplier<Optional<T>> look) {
        return seen(time, look)
                .orElseThrow(() ->
                        new OverdueException(
                                "not within " + time.toMillis() + " ms: " + what.get()));
    }

    /// @return whether it became true within the time
    public static boolean within(Duration time, BooleanSupplier condition) {
        return seen(time, () -> whenTrue(condition)).isPresent();
    }

    private static Optional<Boolean> whenTrue(BooleanSupplier condition) {
        return condition.getAsBoolean() ? Optional.of(true) : Optional.empty();
    }

    private static <T> Optional<T> seen(Duration time, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + time.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent() || System.nanoTime() - end >= 0) {
                return seen;
            }
            pause(BETWEEN_LOOKS);
        }
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
