package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.Outcome;
import io.flotilla.workload.Transaction.AbortedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// Transactions of 1 to 8 MB, over MySQL and HTTP: all of each, or nothing. Old rows are deleted on the way.
final class LargeWorkload implements Workload {
    private static final Duration PACE = Duration.ofSeconds(4);
    private static final int ROW_BYTES = 8_000;
    private static final int FEWEST_ROWS = 1_000_000 / ROW_BYTES;
    private static final int MOST_ROWS = 8_000_000 / ROW_BYTES;

    /// So many are kept: the disks of a machine hold three copies of all, and their logs.
    private static final int KEPT = 8;

    private final Doors doors;
    private final RandomGenerator random;
    private final MySqlSession mysql;
    private final Counts counts = new Counts();
    private final Map<String, Outcome> attempts = new ConcurrentHashMap<>();
    private int token;

    LargeWorkload(Doors doors, long seed) {
        this.doors = doors;
        this.random = new SplittableRandom(seed);
        this.mysql = new MySqlSession(() -> doors.readWrite(doors.any(random)));
    }

    @Override
    public void prepare() {
        doors.untilDone(
                "CREATE TABLE IF NOT EXISTS large (token INT, part INT, body TEXT, PRIMARY KEY"
                        + " (token, part))");
        doors.untilDone("CREATE TABLE IF NOT EXISTS large_done (token INT, parts INT)");
    }

    @Override
    public void start(Clients clients) {
        clients.repeat("large", PACE, this::step);
    }

    @Override
    public Counts counts() {
        return counts;
    }

    private void step() {
        token++;
        int rows = random.nextInt(FEWEST_ROWS, MOST_ROWS + 1);
        List<String> statements =
                List.of(
                        "INSERT INTO large SELECT %d, seq, REPEAT(CHAR(65 + seq %% 26), %d) FROM seq_1_to_%d"
                                .formatted(token, ROW_BYTES, rows),
                        "INSERT INTO large_done VALUES (%d, %d)".formatted(token, rows),
                        "DELETE FROM large WHERE token < " + (token - KEPT));
        Outcome outcome =
                random.nextBoolean()
                        ? doors.execute(doors.any(random), statements)
                        : overMySql(statements);
        counts.add(outcome);
        attempts.put(Integer.toString(token), outcome);
    }

    private Outcome overMySql(List<String> statements) {
        try {
            Transaction transaction = mysql.begin(false);
            try {
                for (String sql : statements) {
                    transaction.execute(sql);
                }
                return transaction.commit();
            } catch (AbortedException e) {
                transaction.rollBack();
                throw e;
            }
        } catch (AbortedException e) {
            return new Outcome.NotApplied(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<String> complaints(Fleet fleet) {
        List<String> complaints = new ArrayList<>();
        for (int node : fleet.numbers().toArray()) {
            Map<String, Integer> parts = new TreeMap<>();
            List<String> done = new ArrayList<>();
            doors.rowsAt(node, "SELECT token, parts FROM large_done")
                    .forEach(row -> {
                        done.add(row.getFirst());
                        parts.put(row.getFirst(), Integer.valueOf(row.get(1)));
                    });
            Map<String, Integer> there = new TreeMap<>();
            doors.rowsAt(node, "SELECT token, COUNT(*) FROM large GROUP BY token")
                    .forEach(row -> there.put(row.getFirst(), Integer.valueOf(row.get(1))));
            complaints.addAll(OnceCheck.complaints("large transaction", node, attempts, done));
            complaints.addAll(halves(node, parts, there));
        }
        return complaints;
    }

    /// @param parts of each transaction that is done
    /// @param there how many rows each still has
    static List<String> halves(int node, Map<String, Integer> parts, Map<String, Integer> there) {
        List<String> complaints = new ArrayList<>();
        there.forEach((token, rows) -> {
            if (!rows.equals(parts.get(token))) {
                complaints.add(
                        "large transaction %s at node %d: HALF, %d rows of %s"
                                .formatted(token, node, rows, parts.get(token)));
            }
        });
        int last = parts.keySet().stream().mapToInt(Integer::parseInt).max().orElse(0);
        parts.forEach((token, rows) -> {
            if (Integer.parseInt(token) >= last - KEPT && !there.containsKey(token)) {
                complaints.add(
                        "large transaction %s at node %d: DONE WITHOUT ITS ROWS"
                                .formatted(token, node));
            }
        });
        return complaints;
    }
}
