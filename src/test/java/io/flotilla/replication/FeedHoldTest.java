package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FeedHoldTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FeedHold hold = new FeedHold();

    @Test
    void letsEverythingBeginWhileItIsNotHeld() throws InterruptedException {
        assertThat(hold.mayBegin(1, Duration.ZERO)).isTrue();
        assertThat(hold.mayBegin(2, Duration.ZERO)).isTrue();
        assertThat(hold.hold().begun()).isEqualTo(2);
    }

    @Test
    void letsNothingNewBeginWhileItIsHeld() throws InterruptedException {
        hold.mayBegin(7, Duration.ZERO);
        hold.hold();
        assertThat(hold.mayBegin(8, Duration.ofMillis(1))).isFalse();
    }

    /// What was allowed may have been given in part.
    @Test
    void letsWhatWasAllowedBeginAgain() throws InterruptedException {
        hold.mayBegin(7, Duration.ZERO);
        hold.hold();
        assertThat(hold.mayBegin(7, Duration.ZERO)).isTrue();
        assertThat(hold.mayBegin(6, Duration.ZERO)).isTrue();
        assertThat(hold.hold().begun()).isEqualTo(7);
    }

    @Test
    void wakesWhoWaitsWhenItIsReleased() throws Exception {
        FeedHold.Hold held = hold.hold();
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        begun.complete(hold.mayBegin(1, LONG));
                    } catch (InterruptedException e) {
                        begun.completeExceptionally(e);
                    }
                });
        held.close();
        assertThat(begun.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void goesOnToWhereTheNextHoldIsAndNoFurther() throws InterruptedException {
        hold.mayBegin(7, Duration.ZERO);
        FeedHold.Hold first = hold.hold();
        FeedHold.Hold second = hold.hold();
        first.letBegin(9);
        assertThat(hold.mayBegin(8, Duration.ZERO)).isFalse();
        second.close();
        assertThat(hold.mayBegin(9, Duration.ZERO)).isTrue();
        assertThat(hold.mayBegin(10, Duration.ZERO)).isFalse();
        first.close();
        assertThat(hold.mayBegin(10, Duration.ZERO)).isTrue();
    }
}
