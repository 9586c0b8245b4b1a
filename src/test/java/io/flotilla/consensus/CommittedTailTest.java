package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommittedTailTest {
    private final Map<Long, Long> disk = new HashMap<>();
    private final CommittedTail tail = new CommittedTail(index -> disk.getOrDefault(index, 0L));

    @Test
    void keepsNothingThatIsOnDisk() {
        disk.put(1L, 3L);
        tail.committed(1, 3, new byte[] {1});
        assertThat(tail.read(1)).isEmpty();
    }

    @Test
    void keepsAnEntryUntilItIsOnDisk() {
        tail.committed(1, 3, new byte[] {1});
        tail.committed(2, 3, new byte[] {2});
        assertThat(tail.read(1)).hasValue(new byte[] {1});
        disk.put(1L, 3L);
        tail.committed(3, 3, new byte[] {3});
        assertThat(tail.read(1)).isEmpty();
        assertThat(tail.read(2)).hasValue(new byte[] {2});
    }

    /// The library cuts a deposed leader's entries off its disk later than it gives the new ones to the state machine.
    @Test
    void keepsAnEntryInWhosePlaceTheDiskHasAnother() {
        disk.put(1L, 2L);
        disk.put(2L, 2L);
        tail.committed(1, 3, new byte[] {1});
        assertThat(tail.read(1)).hasValue(new byte[] {1});
        tail.committed(2, 3, new byte[] {2});
        assertThat(tail.read(1)).hasValue(new byte[] {1});
    }
}
