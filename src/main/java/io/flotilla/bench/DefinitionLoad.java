package io.flotilla.bench;

import io.flotilla.bench.History.Span;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// Clients beside a [Load] that define, redefine and drop objects, and one that writes large transactions.
///
/// What may be there in the end is known for each object and each transaction; all nodes must show the same.
public final class DefinitionLoad {
    private static final String DATABASE = "definitions";
    private static final String LARGE = "large";

    /// About 2.4 MB of row events: several entries of the log.
    private static final int LARGE_ROWS = 300;

    private static final Duration LARGE_PACE = Duration.ofMillis(1500);
    private static final Duration PREPARATION = Duration.ofSeconds(30);

    private final Traffic traffic;
    private final Duration pace;
    private final List<Thread> workers = new ArrayList<>();
    private final Queue<ObjectLife> lives = new ConcurrentLinkedQueue<>();
    private final Queue<Span> statements = new ConcurrentLinkedQueue<>();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Map<Long, Outcome> large = new TreeMap<>();
    private final AtomicInteger underWay = new AtomicInteger();

    /// Statements that the server refused: each is the only one that may speak of its object.
    private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

    private record Refusal(Span span, String what) {}

    private DefinitionLoad(Traffic traffic, Duration pace) {
        this.traffic = traffic;
        this.pace = pace;
    }

    /// @param writers how many clients define objects
    /// @param pace their pause between two statements
    public static DefinitionLoad start(
            List<URI> nodes, FleetClient client, int writers, Duration pace, long seed) {
        DefinitionLoad load = prepared(nodes, client, pace);
        SplittableRandom places = load.startDefiners(writers, seed);
        load.work("large", () -> load.traffic.repeat(LARGE_PACE, () -> load.writeLarge(places)));
        return load;
    }

    /// Its tables, and nobody who works: see [#startDefiners].
    public static DefinitionLoad prepared(List<URI> nodes, FleetClient client, Duration pace) {
        DefinitionLoad load = new DefinitionLoad(new Traffic(nodes, client), pace);
        load.prepare();
        return load;
    }

    /// Sets clients that define objects to work.
    ///
    /// @return what draws for further clients
    public SplittableRandom startDefiners(int writers, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int writer = 0; writer < writers; writer++) {
            work("definitions-" + writer, new Definer(writer, random.split()));
        }
        return random.split();
    }

    private void prepare() {
        untilDone("/createdb?" + FleetClient.query(Map.of("name", DATABASE)));
        String schema = "token BIGINT, part INT, body TEXT, PRIMARY KEY (token, part)";
        untilDone(
                "/createtable?"
                        + FleetClient.query(
                                Map.of("dbname", DATABASE, "table", LARGE, "schema", schema)));
    }

    private void untilDone(String path) {
        Patience.until(
                PREPARATION,
                () -> path,
                () -> traffic.client().write(traffic.node(1), path).acknowledged());
    }

    private void work(String name, Runnable worker) {
        workers.add(
                Thread.ofVirtual()
                        .name("load-" + name)
                        .uncaughtExceptionHandler((_, thrown) -> broken.add(thrown))
                        .start(worker));
    }

    /// One object after the other, each by all stages of its life.
    private final class Definer implements Runnable {
        private final int writer;
        private final RandomGenerator random;
        private int count;
        private Optional<ObjectLife> current = Optional.empty();

        Definer(int writer, RandomGenerator random) {
            this.writer = writer;
            this.random = random;
        }

        @Override
        public void run() {
            traffic.repeat(pace, this::step);
        }

        private void step() {
            ObjectLife life = current.filter(known -> !known.over()).orElseGet(this::begin);
            String sql = life.next();
            var attempt = send(sql);
            boolean refused =
                    attempt.result() instanceof Outcome.NotApplied(String why)
                            && why.contains("\"Rejected\"");
            if (refused) {
                refusals.add(
                        new Refusal(
                                attempt.span(),
                                "DEFINITION REFUSED: %s: %s".formatted(sql, attempt.result())));
            }
            // A server may refuse half-way, when its disk dies under it.
            Outcome outcome = refused ? new Outcome.Unknown("refused") : attempt.result();
            current = Optional.of(life).filter(known -> known.told(outcome));
        }

        private ObjectLife begin() {
            ObjectLife life = new ObjectLife("o%dx%d".formatted(writer, ++count), count % 3 != 0);
            lives.add(life);
            return life;
        }

        private Traffic.Timed<Outcome> send(String sql) {
            URI node = traffic.node(traffic.anyNode(random));
            underWay.incrementAndGet();
            try {
                var attempt = Traffic.timed(() -> traffic.client().execute(node, DATABASE, sql));
                statements.add(attempt.span());
                outcomes.add(attempt.result());
                return attempt;
            } finally {
                underWay.decrementAndGet();
            }
        }
    }

    private void writeLarge(RandomGenerator random) {
        long token = large.size() + 1L;
        String sql =
                "INSERT INTO %s SELECT %d, seq, REPEAT(CHAR(65 + seq %% 26), 8000) FROM seq_1_to_%d"
                        .formatted(LARGE, token, LARGE_ROWS);
        large.put(
                token,
                traffic.client().execute(traffic.node(traffic.anyNode(random)), DATABASE, sql));
    }

    /// Whether a definition is under way now.
    public boolean defining() {
        return underWay.get() > 0;
    }

    /// Whether a definition was sent before this moment and answered after it.
    public boolean wasDefining(long moment) {
        return statements.stream()
                .anyMatch(span -> span.began() - moment < 0 && span.ended() - moment > 0);
    }

    /// Refusals between these moments are nobody's fault: a machine without power was asked, whose processes were not gone
    /// yet.
    public void excuse(long from, long to) {
        refusals.removeIf(
                refusal -> refusal.span().began() - to < 0 && refusal.span().ended() - from > 0);
    }

    /// How each definition ended.
    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    public String summary() {
        return "%d definitions sent, %d large transactions"
                .formatted(statements.size(), large.size());
    }

    /// Lets every request under way end, and no new one begin until the pause is closed. By one thread.
    public Turnstile.Pause pause() {
        return traffic.turnstile().pause();
    }

    public void stop() {
        traffic.stop(workers, broken);
    }

    /// What is wrong at these nodes, which are level; only during a pause, or after the stop.
    public List<String> complaints(Fleet fleet) {
        List<String> complaints = new ArrayList<>();
        refusals.forEach(refusal -> complaints.add(refusal.what()));
        Map<Integer, List<String>> all = new TreeMap<>();
        for (int node : fleet.numbers().toArray()) {
            List<List<String>> looks = new ArrayList<>();
            ObjectLife.QUERIES.forEach(query -> looks.add(ask(fleet, node, query, complaints)));
            looks.set(
                    0,
                    looks.getFirst().stream()
                            .filter(line -> !line.contains("\"" + LARGE + "\""))
                            .toList());
            complaints.addAll(DefinitionCheck.at(node, List.copyOf(lives), looks));
            List<String> sums =
                    ask(
                            fleet,
                            node,
                            "SELECT token, COUNT(*), SUM(part), BIT_XOR(CRC32(body)) FROM large"
                                    + " GROUP BY token",
                            complaints);
            complaints.addAll(largeAt(node, sums));
            List<String> lines = new ArrayList<>(sums);
            looks.forEach(lines::addAll);
            all.put(node, lines);
        }
        complaints.addAll(ReplicaCheck.equal("definitions", all));
        return complaints;
    }

    private List<String> ask(Fleet fleet, int node, String query, List<String> complaints) {
        Optional<List<String>> lines =
                traffic.client().lines(fleet.node(node).http(), DATABASE, query);
        if (lines.isEmpty()) {
            complaints.add("node " + node + " does not answer " + query);
        }
        return lines.orElse(List.of());
    }

    /// All of a large transaction or nothing of it.
    private List<String> largeAt(int node, List<String> sums) {
        List<String> complaints = new ArrayList<>();
        Map<Long, String> seen = new TreeMap<>();
        for (String line : sums) {
            String[] parts = line.replaceAll("[\\[\\]\"]", "").split(",", -1);
            seen.put(Long.parseLong(parts[0]), parts[1]);
        }
        seen.forEach((token, rows) -> {
            if (!rows.equals(Integer.toString(LARGE_ROWS))) {
                complaints.add(
                        "large transaction %d at node %d: HALF, %s rows"
                                .formatted(token, node, rows));
            }
        });
        large.forEach((token, outcome) -> {
            if (outcome.acknowledged() && !seen.containsKey(token)) {
                complaints.add("large transaction %d at node %d: LOST".formatted(token, node));
            }
            if (outcome.notApplied() && seen.containsKey(token)) {
                complaints.add(
                        "large transaction %d at node %d: THERE, %s"
                                .formatted(token, node, outcome));
            }
        });
        return complaints;
    }
}
