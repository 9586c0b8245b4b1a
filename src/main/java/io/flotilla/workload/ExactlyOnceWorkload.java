package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/// Writes with an `Idempotency-Key`, sent again at another node until they are answered, and some once more afterwards:
/// each is done once, each answer is the same.
final class ExactlyOnceWorkload implements Workload {
    private static final int WRITERS = 2;
    private static final Duration PACE = Duration.ofMillis(50);

    private final Doors doors;
    private final SplittableRandom random;
    private final Counts counts = new Counts();
    private final Map<String, Outcome> attempts = new ConcurrentHashMap<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    ExactlyOnceWorkload(Doors doors, long seed) {
        this.doors = doors;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void prepare() {
        doors.untilDone(
                "CREATE TABLE IF NOT EXISTS once (id BIGINT AUTO_INCREMENT PRIMARY KEY, name"
                        + " VARCHAR(40))");
    }

    @Override
    public void start(Clients clients) {
        for (int i = 0; i < WRITERS; i++) {
            Writer writer = new Writer("w" + i, random.split(), clients);
            clients.repeat("once-" + i, PACE, writer::step);
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
            List<String> names =
                    doors.rowsAt(node, "SELECT name FROM once").stream()
                            .map(List::getFirst)
                            .toList();
            complaints.addAll(OnceCheck.complaints("keyed write", node, attempts, names));
        }
        return complaints;
    }

    private final class Writer {
        private final String name;
        private final RandomGenerator random;
        private final Clients clients;
        private int count;

        Writer(String name, RandomGenerator random, Clients clients) {
            this.name = name;
            this.random = random;
            this.clients = clients;
        }

        void step() {
            String row = name + "-" + ++count;
            String body =
                    "[[\"INSERT INTO once (name) VALUES (?)\", \"%s\"], \"UPDATE once SET name = name WHERE id < 0\"]"
                            .formatted(row);
            boolean whole = random.nextBoolean();
            Attempt first = untilAnswered(row, whole, body);
            counts.add(first.outcome());
            attempts.put(row, first.outcome());
            if (first.outcome().acknowledged() && random.nextInt(3) == 0) {
                Attempt again = untilAnswered(row, whole, body);
                if (again.outcome().acknowledged() && !again.body().equals(first.body())) {
                    seen.add(
                            "keyed write %s: ANSWERED %s, and again %s"
                                    .formatted(row, first.body(), again.body()));
                }
            }
        }

        private record Attempt(Outcome outcome, String body) {}

        /// At any node each time; what was once unknown stays so until it is acknowledged.
        private Attempt untilAnswered(String key, boolean whole, String body) {
            Optional<Outcome> unknown = Optional.empty();
            while (true) {
                Attempt attempt = send(key, whole, body);
                if (attempt.outcome().acknowledged()) {
                    return attempt;
                }
                if (attempt.outcome().unknown()) {
                    unknown = Optional.of(attempt.outcome());
                }
                if (clients.stopped()) {
                    return new Attempt(unknown.orElse(attempt.outcome()), "");
                }
                Patience.pause(PACE);
            }
        }

        private Attempt send(String key, boolean whole, String body) {
            URI node = doors.http(doors.any(random));
            Map<String, String> more = whole ? Map.of("transaction", "true") : Map.of();
            List<String> answered = new ArrayList<>();
            Outcome outcome =
                    doors.client()
                            .write(() -> {
                                Answer answer =
                                        doors.client()
                                                .send(
                                                        HttpRequest.newBuilder(
                                                                        URI.create(
                                                                                node
                                                                                        + Doors
                                                                                                .path(
                                                                                                        "/db/execute",
                                                                                                        more)))
                                                                .header(
                                                                        "Content-Type",
                                                                        "application/json")
                                                                .header("Idempotency-Key", key)
                                                                .POST(
                                                                        HttpRequest.BodyPublishers
                                                                                .ofString(body)));
                                answered.add(answer.body());
                                return answer;
                            });
            return new Attempt(outcome, String.join("", answered));
        }
    }
}
