package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.History.Span;
import io.flotilla.bench.Outcome;
import io.flotilla.workload.AppendTransaction.Append;
import io.flotilla.workload.AppendTransaction.Read;
import io.flotilla.workload.AppendTransaction.Step;
import io.flotilla.workload.AppendTransaction.View;
import io.flotilla.workload.Transaction.AbortedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Transactions of one to four reads of lists and appends to them, over MySQL and `/tx`, and reads at every node and level.
///
/// A list is a text: an append changes the row that a read shows, so that two transactions on one list meet.
final class AppendWorkload implements Workload {
    private static final int WRITERS = 3;
    private static final int READERS = 2;
    private static final Duration WRITE_PACE = Duration.ofMillis(25);
    private static final Duration READ_PACE = Duration.ofMillis(60);

    /// Of five lists each client works on.
    private static final int LISTS = 5;

    /// Then another takes its place: reads of a list without end would be quadratic.
    private static final int LONGEST_LIST = 60;

    /// What is remembered of a campaign has an end: about 60 MB.
    private static final int MOST_TRANSACTIONS = 60_000;

    private final Doors doors;
    private final RandomGenerator random;
    private final Counts counts = new Counts();
    private final Queue<AppendTransaction> history = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicLong values = new AtomicLong();

    AppendWorkload(Doors doors, long seed) {
        this.doors = doors;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void prepare() {
        doors.untilDone("CREATE TABLE IF NOT EXISTS lists (k BIGINT PRIMARY KEY, v TEXT NOT NULL)");
    }

    @Override
    public void start(Clients clients) {
        for (int i = 0; i < WRITERS; i++) {
            Writer writer = new Writer("append-" + i, new SplittableRandom(random.nextLong()));
            clients.repeat("append-" + i, WRITE_PACE, writer::step);
        }
        for (int i = 0; i < READERS; i++) {
            Reader reader = new Reader("read-" + i, new SplittableRandom(random.nextLong()));
            clients.repeat("append-read-" + i, READ_PACE, reader::step);
        }
    }

    @Override
    public Counts counts() {
        return counts;
    }

    @Override
    public List<String> complaints(Fleet fleet) {
        List<AppendTransaction> all = new ArrayList<>(history);
        for (int node : fleet.numbers().toArray()) {
            List<Step> lists = new ArrayList<>();
            doors.rowsAt(node, "SELECT k, v FROM lists ORDER BY k")
                    .forEach(row -> lists.add(read(row)));
            Span now = new Span(System.nanoTime(), System.nanoTime());
            all.add(
                    new AppendTransaction(
                            number.incrementAndGet(),
                            Optional.empty(),
                            View.LINEARIZABLE,
                            now,
                            lists,
                            new Outcome.Acknowledged(-1, "in the end at node " + node)));
        }
        return AppendCheck.complaints(all);
    }

    private static Read read(List<String> row) {
        return new Read(Long.parseLong(row.getFirst()), row.get(1));
    }

    /// One of the lists in use: the later, the more have been filled.
    private long anyList(RandomGenerator drawn) {
        long full = values.get() / ((long) LISTS * LONGEST_LIST);
        return full * LISTS + drawn.nextInt(LISTS);
    }

    private boolean enough() {
        return number.get() >= MOST_TRANSACTIONS;
    }

    private void remember(
            Optional<String> session, View view, long began, List<Step> steps, Outcome outcome) {
        Span span = new Span(began, System.nanoTime());
        history.add(
                new AppendTransaction(
                        number.incrementAndGet(), session, view, span, steps, outcome));
    }

    /// A client that writes, by turns over both protocols.
    private final class Writer {
        private final String name;
        private final RandomGenerator random;
        private final MySqlSession mysql;
        private int connections;

        Writer(String name, RandomGenerator random) {
            this.name = name;
            this.random = random;
            this.mysql = new MySqlSession(() -> doors.readWrite(doors.any(random)));
        }

        void step() {
            if (enough()) {
                return;
            }
            if (random.nextInt(100) == 0) {
                mysql.close();
            }
            boolean http = random.nextInt(3) == 0;
            long began = System.nanoTime();
            List<Step> steps = new ArrayList<>();
            Outcome outcome = http ? overHttp(steps) : overMySql(steps);
            Optional<String> session =
                    http ? Optional.empty() : Optional.of(name + "/" + connections);
            counts.add(outcome);
            remember(session, View.LEADER, began, steps, outcome);
        }

        private Outcome overHttp(List<Step> steps) {
            try {
                return run(HttpTransaction.begin(doors, doors.any(random)), steps);
            } catch (AbortedException e) {
                return new Outcome.NotApplied(String.valueOf(e.getMessage()));
            }
        }

        private Outcome overMySql(List<Step> steps) {
            if (!mysql.connected()) {
                connections++;
            }
            try {
                return run(mysql.begin(false), steps);
            } catch (AbortedException e) {
                return new Outcome.NotApplied(String.valueOf(e.getMessage()));
            }
        }

        private Outcome run(Transaction transaction, List<Step> steps) throws AbortedException {
            try {
                int length = random.nextInt(4) + 1;
                for (int i = 0; i < length; i++) {
                    long key = anyList(random);
                    if (random.nextBoolean()) {
                        append(transaction, key, steps);
                    } else {
                        steps.add(readOne(transaction, key));
                    }
                }
                return transaction.commit();
            } catch (AbortedException e) {
                transaction.rollBack();
                throw e;
            }
        }

        private void append(Transaction transaction, long key, List<Step> steps)
                throws AbortedException {
            long value = values.incrementAndGet();
            // Before it is sent: what was tried must be known.
            steps.add(new Append(key, value));
            transaction.execute(
                    "INSERT INTO lists VALUES (%d, '%d') ON DUPLICATE KEY UPDATE v = CONCAT(v, ',%d')"
                            .formatted(key, value, value));
        }
    }

    private static Read readOne(Transaction transaction, long key) throws AbortedException {
        List<List<String>> rows = transaction.query("SELECT v FROM lists WHERE k = " + key);
        return new Read(key, rows.isEmpty() ? "" : rows.getFirst().getFirst());
    }

    /// A client that reads several lists as of one moment.
    private final class Reader {
        private final String name;
        private final RandomGenerator random;
        private final MySqlSession mysql;
        private int connections;

        Reader(String name, RandomGenerator random) {
            this.name = name;
            this.random = random;
            this.mysql = new MySqlSession(() -> doors.readOnly(doors.any(random)));
        }

        void step() {
            if (enough()) {
                return;
            }
            if (random.nextInt(50) == 0) {
                mysql.close();
            }
            switch (random.nextInt(4)) {
                case 0 -> overHttp(View.LINEARIZABLE, "linearizable");
                case 1 -> overHttp(View.OLD, "none");
                default -> overMySql();
            }
        }

        private void overHttp(View view, String level) {
            long began = System.nanoTime();
            List<Long> keys = List.of(anyList(random), anyList(random), anyList(random));
            String sql =
                    "SELECT k, v FROM lists WHERE k IN ("
                            + keys.stream().map(Object::toString).collect(Collectors.joining(", "))
                            + ")";
            Optional<List<List<String>>> rows =
                    doors.query(doors.any(random), Map.of("level", level), sql);
            counts.addRead(rows.isPresent(), level);
            rows.ifPresent(found -> {
                Map<String, String> lists =
                        found.stream().collect(Collectors.toMap(List::getFirst, row -> row.get(1)));
                List<Step> steps = new ArrayList<>();
                keys.stream()
                        .distinct()
                        .forEach(key ->
                                steps.add(
                                        new Read(key, lists.getOrDefault(Long.toString(key), ""))));
                remember(Optional.empty(), view, began, steps, new Outcome.Acknowledged(-1, ""));
            });
        }

        private void overMySql() {
            if (!mysql.connected()) {
                connections++;
            }
            long began = System.nanoTime();
            List<Step> steps = new ArrayList<>();
            try {
                Transaction transaction = mysql.begin(true);
                for (int i = 0; i < 3; i++) {
                    steps.add(readOne(transaction, anyList(random)));
                }
                boolean answered = transaction.commit().acknowledged();
                counts.addRead(answered, "reading door");
                if (answered) {
                    remember(
                            Optional.of(name + "/" + connections),
                            View.OLD,
                            began,
                            steps,
                            new Outcome.Acknowledged(-1, ""));
                }
            } catch (AbortedException e) {
                counts.addFailedRead("reading door: " + e.getMessage());
                mysql.close();
            }
        }
    }
}
