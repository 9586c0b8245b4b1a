package io.flotilla.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.workload.BankCheck.Transfer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Three accounts of ten each.
final class BankCheckTest {
    private final BankCheck check = new BankCheck(3, 10);

    @Test
    void isContentWithATotalThatStays() {
        assertThat(check.seen("here", List.of(10L, 10L, 10L))).isEmpty();
        assertThat(check.seen("here", List.of(0L, 12L, 18L))).isEmpty();
    }

    @Test
    void objectsToATotalOffByOne() {
        assertThat(check.seen("here", List.of(10L, 10L, 11L)))
                .hasValueSatisfying(BankCheckTest::off);
        assertThat(check.seen("here", List.of(10L, 10L, 9L)))
                .hasValueSatisfying(BankCheckTest::off);
    }

    @Test
    void objectsToAnAccountThatIsMissing() {
        assertThat(check.seen("here", List.of(15L, 15L))).isPresent();
    }

    @Test
    void objectsToADebt() {
        assertThat(check.seen("here", List.of(-1L, 10L, 21L))).isPresent();
    }

    @Test
    void isContentWithBalancesAsInTheBook() {
        List<Transfer> book = List.of(new Transfer(1, 2, 3), new Transfer(2, 3, 4));
        assertThat(check.finalBalances("here", Map.of(1, 7L, 2, 9L, 3, 14L), book)).isEmpty();
    }

    @Test
    void objectsToATransferThatIsOnlyInTheBook() {
        List<Transfer> book = List.of(new Transfer(1, 2, 3));
        assertThat(check.finalBalances("here", Map.of(1, 10L, 2, 10L, 3, 10L), book))
                .singleElement()
                .asString()
                .contains("BALANCES");
    }

    private static void off(String complaint) {
        assertThat(complaint).contains("TOTAL");
    }
}
