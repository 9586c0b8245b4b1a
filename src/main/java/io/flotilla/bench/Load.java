package io.flotilla.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// Clients that write and read at all nodes until they are told to stop, each request at a node drawn anew.
public final class Load {
    public static final String DATABASE = "loadtest";
    public static final String KEYED = "keyed";
    public static final String KEYLESS = "keyless";
    public static final String REGISTERS = "registers";
    public static final String TALLIES = "tallies";

    /// Each writer of tokens has its own range of so many.
    public static final long TOKENS_PER_WRITER = 1_000_000;

    /// The range of tokens that bursts use; writers have those below.
    private static final long BURST_RANGE = 1000;

    private static final Duration PREPARATION = Duration.ofSeconds(30);
    private static final Duration STOPPING = Duration.ofSeconds(40);

    private final LoadPlan plan;
    private final Traffic traffic;
    private final List<Thread> workers = new ArrayList<>();
    private long burstToken = BURST_RANGE * TOKENS_PER_WRITER;
    private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();

    private Load(LoadPlan plan, Traffic traffic) {
        this.plan = plan;
        this.traffic = traffic;
    }

    /// Makes the tables and sets the clients to work.
    public static Load start(List<URI> nodes, FleetClient client, LoadPlan plan, long seed) {
        Load load = new Load(plan, new Traffic(nodes, client));
        load.prepare();
        load.startWorkers(new SplittableRandom(seed));
        return load;
    }

    public History history() {
        return traffic.history();
    }

    /// Waits until a write that began after this moment was acknowledged.
    ///
    /// @return the time from the moment to the acknowledgement
    public Duration awaitAcknowledgedAfter(long moment, Duration patience) {
        return Patience.untilPresent(
                patience,
                () -> "an acknowledged write\n" + history().summary() + "\n" + history().reasons(),
                () ->
                        history()
                                .firstAcknowledgedAfter(moment)
                                .map(write -> Duration.ofNanos(write.span().ended() - moment)));
    }

    /// Sends so many inserts and as many linearizable reads to one node, all at once, without waiting for the answers:
    /// [#stop] does.
    public void burst(int node, int count) {
        for (int i = 0; i < count; i++) {
            long token = ++burstToken;
            work("burst-" + token, () -> TokenWriter.insert(traffic, KEYLESS, token, node));
            work("burst-read-" + token, () -> Reader.readRegisterOnce(traffic, node, 1));
        }
    }

    /// Lets every request under way end, and no new one begin until the pause is closed. By one thread.
    public Turnstile.Pause pause() {
        return traffic.turnstile().pause();
    }

    /// Lets every request under way end, and no new one begin.
    public History stop() {
        traffic.stop();
        long end = System.nanoTime() + STOPPING.toNanos();
        try {
            for (Thread worker : workers) {
                worker.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
                if (worker.isAlive()) {
                    throw new Patience.OverdueException(worker.getName() + " does not stop");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Patience.OverdueException("interrupted while the load stops");
        }
        if (!broken.isEmpty()) {
            throw new IllegalStateException("a client of the load broke", broken.peek());
        }
        return history();
    }

    private void prepare() {
        String database = "/createdb?" + FleetClient.query(Map.of("name", DATABASE));
        untilDone(database, () -> traffic.client().write(traffic.node(1), database));
        createTable(KEYED, "token BIGINT PRIMARY KEY, body VARCHAR(60)");
        createTable(KEYLESS, "token BIGINT, body VARCHAR(60)");
        createTable(REGISTERS, "k INT PRIMARY KEY, v BIGINT");
        createTable(TALLIES, "k INT PRIMARY KEY, n BIGINT");
        for (int key = 1; key <= plan.registerWriters(); key++) {
            insertOnce(REGISTERS, Map.of("k", key, "v", 0));
        }
        for (int key = 1; key <= plan.tallyWriters(); key++) {
            insertOnce(TALLIES, Map.of("k", key, "n", 0));
        }
    }

    private void createTable(String table, String schema) {
        Map<String, String> parameters =
                Map.of("dbname", DATABASE, "table", table, "schema", schema);
        String path = "/createtable?" + FleetClient.query(parameters);
        untilDone(path, () -> traffic.client().write(traffic.node(1), path));
    }

    private void insertOnce(String table, Map<String, ?> columns) {
        untilDone(
                "a row in " + table,
                () -> traffic.client().insert(traffic.node(1), DATABASE, table, columns));
    }

    private static void untilDone(String what, Supplier<Outcome> attempt) {
        List<String> last = new ArrayList<>(List.of("nothing yet"));
        Patience.until(
                PREPARATION,
                () -> what + ": " + last.getFirst(),
                () -> {
                    Outcome outcome = attempt.get();
                    last.set(0, outcome.toString());
                    return outcome.acknowledged();
                });
    }

    private void startWorkers(SplittableRandom random) {
        long range = 0;
        for (int i = 0; i < plan.keyedWriters(); i++) {
            work(
                    "keyed-" + i,
                    new TokenWriter(traffic, KEYED, ++range, plan.writePace(), random.split()));
        }
        for (int i = 0; i < plan.keylessWriters(); i++) {
            work(
                    "keyless-" + i,
                    new TokenWriter(traffic, KEYLESS, ++range, plan.writePace(), random.split()));
        }
        for (int key = 1; key <= plan.registerWriters(); key++) {
            work(
                    "register-" + key,
                    new RegisterWriter(traffic, key, plan.writePace(), random.split()));
        }
        for (int key = 1; key <= plan.tallyWriters(); key++) {
            work("tally-" + key, new TallyWriter(traffic, key, plan.writePace(), random.split()));
        }
        for (int node = 1; node <= traffic.nodes().size(); node++) {
            for (int i = 0; i < plan.readersPerNode(); i++) {
                work("reader-" + node + "-" + i, new Reader(traffic, plan, node, random.split()));
            }
        }
    }

    private void work(String name, Runnable worker) {
        workers.add(
                Thread.ofVirtual()
                        .name("load-" + name)
                        .uncaughtExceptionHandler((_, thrown) -> broken.add(thrown))
                        .start(worker));
    }
}
