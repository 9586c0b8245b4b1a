package io.flotilla.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Accounts between which money is moved: whoever looks at all of them at once sees all of it, and nobody owes.
final class BankCheck {
    private final int accounts;
    private final long each;

    /// @param each what an account has in the beginning
    BankCheck(int accounts, long each) {
        this.accounts = accounts;
        this.each = each;
    }

    /// A transfer that happened.
    record Transfer(int from, int to, long amount) {}

    /// What is wrong with the balances that one statement saw.
    Optional<String> seen(String where, List<Long> balances) {
        long total = balances.stream().mapToLong(Long::longValue).sum();
        boolean right =
                balances.size() == accounts
                        && total == accounts * each
                        && balances.stream().allMatch(balance -> balance >= 0);
        return right
                ? Optional.empty()
                : Optional.of(
                        "bank %s: TOTAL %d instead of %d in %s"
                                .formatted(where, total, accounts * each, balances));
    }

    /// What is wrong with the balances in the end, against the transfers that are in the book.
    List<String> finalBalances(String where, Map<Integer, Long> balances, List<Transfer> book) {
        Map<Integer, Long> expected = new TreeMap<>();
        for (int account = 1; account <= accounts; account++) {
            expected.put(account, each);
        }
        for (Transfer transfer : book) {
            expected.merge(transfer.from(), -transfer.amount(), Long::sum);
            expected.merge(transfer.to(), transfer.amount(), Long::sum);
        }
        List<String> complaints = new ArrayList<>();
        seen(where, List.copyOf(balances.values())).ifPresent(complaints::add);
        if (!expected.equals(balances)) {
            complaints.add(
                    "bank %s: BALANCES %s, by the book %s".formatted(where, balances, expected));
        }
        return complaints;
    }
}
