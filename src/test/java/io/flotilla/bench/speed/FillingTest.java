package io.flotilla.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FillingTest {
    private static final Pattern RANGE = Pattern.compile("seq_(\\d+)_to_(\\d+)");

    @Test
    void itsStatementsFollowEachOtherWithoutGapAndAreTooManyToBeFed() {
        List<String> inserts = new Filling(Filling.LEAST).inserts().toList();

        int next = 1;
        for (String insert : inserts) {
            Matcher range = RANGE.matcher(insert);
            assertThat(range.find()).isTrue();
            assertThat(Integer.parseInt(range.group(1))).isEqualTo(next);
            next = Integer.parseInt(range.group(2)) + 1;
        }
        // 15 rows to a page of 16 KiB.
        assertThat((next - 1) / 15 * 16).isEqualTo(Filling.LEAST * 1024);
        // What a node without a server would rather be fed from the log (`replay`).
        assertThat(inserts).hasSizeGreaterThan(1_000);
    }

    @Test
    void refusesWhatWouldBeFed() {
        assertThatThrownBy(() -> new Filling(Filling.LEAST - 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
