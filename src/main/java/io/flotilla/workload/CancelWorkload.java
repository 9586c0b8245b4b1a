package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import io.flotilla.workload.Transaction.AbortedException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Clients whose patience ends: statements and commits that are killed, cancelled, timed out, or whose connection is
/// dropped, at every moment. What was answered with an error did not happen; what was not answered happened once, or not at
/// all; of two rows in one transaction both are there or none.
final class CancelWorkload implements Workload {
    private static final int CLIENTS = 2;
    private static final Duration PACE = Duration.ofMillis(60);

    /// A write takes some milliseconds, most of them in its commit; a slow statement up to 50 more.
    private static final int LATEST_MILLIS = 60;

    private static final String SECOND = "+";

    private final Doors doors;
    private final SplittableRandom random;
    private final Counts counts = new Counts();
    private final Map<String, Outcome> attempts = new ConcurrentHashMap<>();

    CancelWorkload(Doors doors, long seed) {
        this.doors = doors;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void prepare() {
        // Without a key: what was done twice is there twice.
        doors.untilDone("CREATE TABLE IF NOT EXISTS cancelled (name VARCHAR(40), slept INT)");
    }

    @Override
    public void start(Clients clients) {
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client("c" + i, random.split());
            clients.repeat("cancel-" + i, PACE, client::step);
        }
    }

    @Override
    public Counts counts() {
        return counts;
    }

    @Override
    public List<String> complaints(Fleet fleet) {
        List<String> complaints = new ArrayList<>();
        for (int node : fleet.numbers().toArray()) {
            List<String> names =
                    doors.rowsAt(node, "SELECT name FROM cancelled").stream()
                            .map(List::getFirst)
                            .toList();
            complaints.addAll(OnceCheck.complaints("cancelled write", node, attempts, names));
            complaints.addAll(halves(node, attempts.keySet(), new HashSet<>(names)));
        }
        return complaints;
    }

    /// Pairs of which one is there alone.
    static List<String> halves(int node, Set<String> attempts, Set<String> there) {
        return attempts.stream()
                .filter(name -> name.endsWith(SECOND))
                .map(name -> name.substring(0, name.length() - 1))
                .filter(name -> there.contains(name) != there.contains(name + SECOND))
                .map(name -> "cancelled write %s at node %d: HALF".formatted(name, node))
                .toList();
    }

    private final class Client {
        private final String name;
        private final RandomGenerator random;
        private final MySqlSession mysql;
        private final MySqlSession killer;
        private int count;

        Client(String name, RandomGenerator random) {
            this.name = name;
            this.random = random;
            this.mysql = new MySqlSession(() -> doors.readWrite(doors.any(random)));
            this.killer = new MySqlSession(() -> doors.readWrite(doors.any(random)));
        }

        void step() {
            String row = name + "-" + ++count;
            switch (random.nextInt(8)) {
                case 0 -> keep(row, struck("KILL QUERY", () -> mysql.execute(insert(row))));
                case 1 -> keep(row, struck("KILL", () -> mysql.execute(insert(row))));
                case 2 -> keepPair(row, struck("KILL QUERY", () -> pair(row)));
                case 3 -> keepPair(row, struck("KILL", () -> pair(row)));
                case 4 -> keepPair(row, dropped(() -> pair(row)));
                case 5 -> keep(row, mysql.execute(timed(row)));
                case 6 -> keep(row, abandoned(row));
                default -> keep(row, impatient(row));
            }
        }

        private void keep(String row, Outcome outcome) {
            counts.add(outcome);
            attempts.put(row, outcome);
        }

        private void keepPair(String row, Outcome outcome) {
            keep(row, outcome);
            attempts.put(row + SECOND, outcome);
        }

        private Duration moment() {
            return Duration.ofMillis(random.nextInt(LATEST_MILLIS));
        }

        private String insert(String row) {
            return random.nextBoolean()
                    ? "INSERT INTO cancelled SELECT '%s', SLEEP(0.0%d)"
                            .formatted(row, random.nextInt(1, 6))
                    : "INSERT INTO cancelled VALUES ('%s', 0)".formatted(row);
        }

        private String timed(String row) {
            return "SET STATEMENT max_statement_time = 0.0%d FOR INSERT INTO cancelled SELECT '%s', SLEEP(0.03)"
                    .formatted(random.nextInt(1, 6), row);
        }

        private Outcome pair(String row) {
            try {
                Transaction transaction = mysql.begin(false);
                try {
                    transaction.execute(insert(row));
                    transaction.execute(insert(row + SECOND));
                    return transaction.commit();
                } catch (AbortedException e) {
                    transaction.rollBack();
                    throw e;
                }
            } catch (AbortedException e) {
                return new Outcome.NotApplied(String.valueOf(e.getMessage()));
            }
        }

        /// Does it while a KILL from another connection is on its way.
        private Outcome struck(String kill, Supplier<Outcome> work) {
            Optional<Long> victim = connectionId();
            if (victim.isEmpty()) {
                return new Outcome.NotApplied("no connection");
            }
            Duration moment = moment();
            return beside(
                    work,
                    () -> {
                        Patience.pause(moment);
                        killer.execute(kill + " " + victim.get());
                    });
        }

        /// Does it while its connection is cut off.
        private Outcome dropped(Supplier<Outcome> work) {
            Duration moment = moment();
            Optional<Connection> connection = connection();
            return beside(
                    work,
                    () -> {
                        Patience.pause(moment);
                        connection.ifPresent(Client::abort);
                    });
        }

        private static Outcome beside(Supplier<Outcome> work, Runnable other) {
            Thread beside = Thread.ofVirtual().name("load-kill").start(other);
            Outcome outcome = work.get();
            try {
                beside.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return outcome;
        }

        private static void abort(Connection connection) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone already.
                return;
            }
        }

        private Optional<Connection> connection() {
            try {
                return Optional.of(mysql.connection());
            } catch (SQLException e) {
                return Optional.empty();
            }
        }

        private Optional<Long> connectionId() {
            try (Statement statement = mysql.connection().createStatement();
                    var result = statement.executeQuery("SELECT CONNECTION_ID()")) {
                result.next();
                return Optional.of(result.getLong(1));
            } catch (SQLException e) {
                mysql.close();
                return Optional.empty();
            }
        }

        /// Over HTTP, by a client that hangs up.
        private Outcome abandoned(String row) {
            return overHttp(row, Map.of(), moment().plusMillis(1));
        }

        /// Over HTTP, with a deadline that the node knows.
        private Outcome impatient(String row) {
            return overHttp(
                    row, Map.of("timeout", moment().toMillis() + 1 + "ms"), Duration.ofSeconds(20));
        }

        private Outcome overHttp(String row, Map<String, String> more, Duration patience) {
            URI uri = URI.create(doors.http(doors.any(random)) + Doors.path("/db/execute", more));
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("[\"" + insert(row) + "\"]"));
            return doors.client().write(() -> doors.client().send(request, patience));
        }
    }
}
