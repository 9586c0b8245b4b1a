package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Patience;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LookoutTest {
    private static final Duration EVERY = Duration.ofMillis(2);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();

    /// How often it was told that there is nothing: from the first time on it rests.
    private final AtomicInteger idle = new AtomicInteger();

    private final Lookout lookout =
            new Lookout("lookout", EVERY, this::nothing, looks::incrementAndGet);

    @BeforeEach
    void start() {
        lookout.start();
    }

    @AfterEach
    void close() {
        lookout.close();
    }

    @Test
    void looksAgainAndAgainWhileSomethingIsUnderWay() {
        begin();

        awaitLooks(3);
    }

    @Test
    void restsWhenNothingIs() {
        begin();
        awaitLooks(1);
        idle.set(0);
        underWay.set(0);
        Patience.until(SOON, () -> "a rest", () -> idle.get() > 0);
        int before = looks.get();
        Patience.pause(EVERY.multipliedBy(50));

        assertThat(looks).hasValue(before);
    }

    @Test
    void seesEverythingThatComesWhileItGoesToRest() {
        for (int i = 1; i <= 500; i++) {
            int before = looks.get();
            begin();
            awaitLooks(before + 1);
            underWay.set(0);
        }
    }

    private boolean nothing() {
        if (underWay.get() > 0) {
            return false;
        }
        idle.incrementAndGet();
        return true;
    }

    private void begin() {
        underWay.set(1);
        lookout.news();
    }

    private void awaitLooks(int count) {
        Patience.until(SOON, () -> count + " looks", () -> looks.get() >= count);
    }
}
