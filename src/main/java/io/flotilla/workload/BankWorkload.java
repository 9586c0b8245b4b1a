package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.Outcome;
import io.flotilla.workload.BankCheck.Transfer;
import io.flotilla.workload.Transaction.AbortedException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Money is moved between accounts by transactions that lock both, over MySQL and `/tx`, each noted in a book; readers look
/// at all accounts in one statement, at every node and level.
final class BankWorkload implements Workload {
    private static final int ACCOUNTS = 8;
    private static final long EACH = 100;
    private static final int MOVERS = 2;
    private static final int READERS = 2;
    private static final Duration MOVE_PACE = Duration.ofMillis(40);
    private static final Duration READ_PACE = Duration.ofMillis(60);
    private static final String LOOK = "SELECT id, balance FROM accounts ORDER BY id";

    /// Longer than `ro.max-lag`: from then on no reading door shows the time before there were accounts.
    private static final Duration OLDEST = Duration.ofSeconds(20);

    private final Doors doors;
    private final RandomGenerator random;
    private final BankCheck check = new BankCheck(ACCOUNTS, EACH);
    private final Counts counts = new Counts();
    private final AtomicInteger number = new AtomicInteger();
    private final Map<String, Outcome> transfers = new ConcurrentHashMap<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private long prepared;

    BankWorkload(Doors doors, long seed) {
        this.doors = doors;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void prepare() {
        doors.untilDone("CREATE TABLE IF NOT EXISTS accounts (id INT PRIMARY KEY, balance BIGINT)");
        // Without a key: a transfer that was done twice is there twice.
        doors.untilDone(
                "CREATE TABLE IF NOT EXISTS book (transfer INT, account_from INT, account_to INT,"
                        + " amount BIGINT)");
        String all =
                IntStream.rangeClosed(1, ACCOUNTS)
                        .mapToObj(account -> "(%d, %d)".formatted(account, EACH))
                        .collect(Collectors.joining(", "));
        doors.untilDone("REPLACE INTO accounts VALUES " + all);
        prepared = System.nanoTime();
    }

    @Override
    public void start(Clients clients) {
        for (int i = 0; i < MOVERS; i++) {
            Mover mover = new Mover(new SplittableRandom(random.nextLong()));
            clients.repeat("bank-" + i, MOVE_PACE, mover::step);
        }
        for (int i = 0; i < READERS; i++) {
            Reader reader = new Reader(new SplittableRandom(random.nextLong()));
            clients.repeat("bank-read-" + i, READ_PACE, reader::step);
        }
    }

    @Override
    public Counts counts() {
        return counts;
    }

    @Override
    public List<String> complaints(Fleet fleet) {
        List<String> complaints = new ArrayList<>(seen);
        for (int node : fleet.numbers().toArray()) {
            List<String> names = new ArrayList<>();
            List<Transfer> book = new ArrayList<>();
            for (List<String> row : doors.rowsAt(node, "SELECT * FROM book")) {
                names.add(row.getFirst());
                book.add(
                        new Transfer(
                                Integer.parseInt(row.get(1)),
                                Integer.parseInt(row.get(2)),
                                Long.parseLong(row.get(3))));
            }
            Map<Integer, Long> balances = new TreeMap<>();
            doors.rowsAt(node, LOOK)
                    .forEach(row ->
                            balances.put(
                                    Integer.valueOf(row.getFirst()), Long.valueOf(row.get(1))));
            complaints.addAll(OnceCheck.complaints("transfer", node, transfers, names));
            complaints.addAll(check.finalBalances("in the end at node " + node, balances, book));
        }
        return complaints;
    }

    private final class Mover {
        private final RandomGenerator random;
        private final MySqlSession mysql;

        Mover(RandomGenerator random) {
            this.random = random;
            this.mysql = new MySqlSession(() -> doors.readWrite(doors.any(random)));
        }

        void step() {
            if (random.nextInt(100) == 0) {
                mysql.close();
            }
            int transfer = number.incrementAndGet();
            Outcome outcome;
            try {
                Transaction transaction =
                        random.nextBoolean()
                                ? mysql.begin(false)
                                : HttpTransaction.begin(doors, doors.any(random));
                outcome = move(transaction, transfer);
            } catch (AbortedException e) {
                outcome = new Outcome.NotApplied(String.valueOf(e.getMessage()));
            }
            counts.add(outcome);
            transfers.put(Integer.toString(transfer), outcome);
        }

        private Outcome move(Transaction transaction, int transfer) throws AbortedException {
            int from = random.nextInt(ACCOUNTS) + 1;
            int to = (from + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS + 1;
            try {
                long amount = Math.min(random.nextInt(5) + 1, balance(transaction, from));
                // The second is locked by its update alone.
                change(transaction, from, -amount);
                change(transaction, to, amount);
                transaction.execute(
                        "INSERT INTO book VALUES (%d, %d, %d, %d)"
                                .formatted(transfer, from, to, amount));
                return transaction.commit();
            } catch (AbortedException e) {
                transaction.rollBack();
                throw e;
            }
        }

        private static long balance(Transaction transaction, int account) throws AbortedException {
            List<List<String>> rows =
                    transaction.query(
                            "SELECT balance FROM accounts WHERE id = " + account + " FOR UPDATE");
            if (rows.size() != 1) {
                throw new AbortedException("account " + account + " is not there: " + rows);
            }
            return Long.parseLong(rows.getFirst().getFirst());
        }

        private static void change(Transaction transaction, int account, long by)
                throws AbortedException {
            transaction.execute(
                    "UPDATE accounts SET balance = balance + %d WHERE id = %d"
                            .formatted(by, account));
        }
    }

    private final class Reader {
        private final RandomGenerator random;

        Reader(RandomGenerator random) {
            this.random = random;
        }

        void step() {
            int node = doors.any(random);
            switch (random.nextInt(5)) {
                case 0 -> overHttp(node, "linearizable", false);
                case 1 -> overHttp(node, "none", true);
                case 2 -> overHttp(node, "weak", false);
                case 3 -> overMySql(node, "the writing door", () -> doors.readWrite(node), false);
                default ->
                        overMySql(
                                node,
                                "the reading door",
                                () -> doors.readOnly(node),
                                System.nanoTime() - prepared < OLDEST.toNanos());
            }
        }

        private void overHttp(int node, String level, boolean old) {
            look(node, level, old, doors.query(node, Map.of("level", level), LOOK));
        }

        private void overMySql(int node, String door, MySqlSession.Opening opening, boolean old) {
            try (MySqlSession session = new MySqlSession(opening)) {
                Transaction transaction = session.begin(true);
                look(node, door, old, Optional.of(transaction.query(LOOK)));
            } catch (AbortedException e) {
                counts.addFailedRead(door + ": " + e.getMessage());
            }
        }

        /// @param old whether it may be from before there were accounts: they came in one statement
        private void look(int node, String how, boolean old, Optional<List<List<String>>> rows) {
            counts.addRead(rows.isPresent(), how);
            rows.filter(found -> !(old && found.isEmpty()))
                    .flatMap(found ->
                            check.seen(
                                    "read at node "
                                            + node
                                            + ", "
                                            + how
                                            + ", "
                                            + LocalTime.now(ZoneId.systemDefault()),
                                    found.stream().map(row -> Long.valueOf(row.get(1))).toList()))
                    .ifPresent(seen::add);
        }
    }
}
