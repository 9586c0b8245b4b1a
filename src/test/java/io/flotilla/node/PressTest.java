package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.replication.Progress;
import org.junit.jupiter.api.Test;

final class PressTest {
    private static final Progress BEFORE = new Progress(70, 5000);

    private static boolean batch(boolean is, long entries, long transactions) {
        return Press.batch(
                is,
                BEFORE,
                new Progress(BEFORE.index() + entries, BEFORE.transactions() + transactions));
    }

    @Test
    void isThereWhenManyTransactionsShareAnEntry() {
        assertThat(batch(false, 800, 5600)).isTrue();
        assertThat(batch(false, 800, 2400)).isFalse();
    }

    /// As batch work more of them do.
    @Test
    void endsWithWhatEightClientsCanDoAtMost() {
        assertThat(batch(true, 300, 6000)).isTrue();
        assertThat(batch(true, 300, 2400)).isFalse();
    }

    @Test
    void isNotThereForAFewTransactionsOrNone() {
        assertThat(batch(true, 0, 0)).isFalse();
        assertThat(batch(true, 1, 50)).isFalse();
        assertThat(batch(false, 1, 50)).isFalse();
    }

    /// Parts of a large transaction are entries, too.
    @Test
    void isNotThereForLargeTransactions() {
        assertThat(batch(false, 200, 10)).isFalse();
    }
}
