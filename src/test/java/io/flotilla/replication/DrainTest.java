package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DrainTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(30);

    private final OpenReign reign =
            new OpenReign(7, new CommittedLog(0), null, null, Path.of("server.sock"), () -> 0);

    private Drain drain(boolean readOnly, boolean over) {
        return new Drain(reign, () -> readOnly, () -> over);
    }

    @Test
    void isDoneWhenEverybodyHasLeft() throws Exception {
        Reign.Pass pass = reign.enter(Deadline.in(LONG));
        Thread.ofVirtual().start(pass::close);

        assertThat(drain(true, false).drained(Deadline.in(LONG))).isTrue();
        assertThat(drain(true, false).quiet(Deadline.in(LONG))).isTrue();
    }

    @Test
    void waitsNoLongerThanItsDeadline() throws Exception {
        try (Reign.Pass _ = reign.enter(Deadline.in(LONG))) {
            assertThat(drain(false, false).drained(Deadline.in(SHORT))).isFalse();
            assertThat(drain(false, false).quiet(Deadline.in(SHORT))).isFalse();
        }
    }

    @Test
    void waitsForATransactionThatItsClientGoesOnWith() throws Exception {
        Reign.Conversation client = reign.converse();
        client.ask();
        client.answered(true);
        reign.finish();
        Thread.ofVirtual()
                .start(() -> {
                    for (int i = 0; i < 20; i++) {
                        client.ask();
                        client.answered(true);
                    }
                    client.ask();
                    client.answered(false);
                });

        assertThat(drain(true, false).drained(Deadline.in(LONG))).isTrue();

        assertThat(client.ask()).isFalse();
    }

    @Test
    void waitsForTheAnswerWithinATransaction() throws Exception {
        Reign.Conversation client = reign.converse();
        client.answered(true);
        reign.finish();
        assertThat(client.ask()).isTrue();
        Duration longer = Conversations.PATIENCE.multipliedBy(2);

        assertThat(drain(true, false).drained(Deadline.in(longer))).isFalse();

        client.close();
        assertThat(drain(true, false).drained(Deadline.in(LONG))).isTrue();
    }

    /// Its answer may be that of a START TRANSACTION.
    @Test
    void waitsForAnAnswerThatWasAskedForJustBefore() throws Exception {
        Reign.Conversation client = reign.converse();
        assertThat(client.ask()).isTrue();
        reign.finish();

        assertThat(reign.drained(Deadline.in(Duration.ZERO))).isFalse();

        client.answered(false);
        assertThat(reign.drained(Deadline.in(Duration.ZERO))).isTrue();
    }

    @Test
    void doesNotWaitForClientsThatSayNothing() throws Exception {
        Reign.Conversation outside = reign.converse();
        outside.ask();
        outside.answered(false);
        Reign.Conversation closing = reign.converse();
        closing.ask();
        closing.nothing();
        Reign.Conversation idle = reign.converse();
        idle.ask();
        idle.answered(true);
        reign.finish();

        assertThat(drain(true, false).drained(Deadline.in(LONG))).isTrue();
    }

    /// A copy of the data is waited for in the middle of transactions.
    @Test
    void holdsTransactionsToo() throws Exception {
        Reign.Conversation client = reign.converse();
        client.answered(true);
        reign.hold();

        assertThat(client.ask()).isFalse();
        assertThat(reign.drained(Deadline.in(Duration.ZERO))).isTrue();

        reign.release();
        assertThat(client.ask()).isTrue();
    }

    @Test
    void doesNotWaitForAReignThatIsOver() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Drain lost = new Drain(reign, () -> false, () -> looks.incrementAndGet() % 3 == 0);
        try (Reign.Pass _ = reign.enter(Deadline.in(LONG))) {
            assertThat(lost.drained(Deadline.in(LONG))).isFalse();
            assertThat(lost.quiet(Deadline.in(LONG))).isFalse();
        }
    }
}
