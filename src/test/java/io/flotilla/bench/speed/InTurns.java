package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Fleets of several builds, or doors of one fleet, loaded in turns of seconds by the same clients: what a change is worth on a
/// machine whose moods change by the minute. The fleets are of the same age, else it is their compilers that are compared.
///
/// ```
/// ./flotilla up --detach --data=/tmp/a ...; other/flotilla up --detach --data=/tmp/b --http-port=8101 ...
/// (on each: CREATE DATABASE app)
/// java -cp target/test-classes:target/classes:<test class path> io.flotilla.bench.speed.InTurns 64 60 4 6 \
///     insert=http:8001:/tmp/a insert=http:8101:/tmp/b insert=mysql:3301:/tmp/a read=http:8001:/tmp/a
/// ```
/// Clients, seconds of load for each before anything is measured, seconds of a turn, turns of each; then workload, way, port
/// and directory of the fleet. Prints the median of rates and latencies, and all processor time over all operations.
final class InTurns {
    private static final int AFTERWARDS_MILLIS = 400;

    private final String name;
    private final Workload workload;
    private final String way;
    private final int port;
    private final Path directory;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final AtomicLong errors = new AtomicLong();
    private final List<Session> sessions = new ArrayList<>();
    private double cpuSeconds;
    private long operations;

    private InTurns(String argument) {
        String[] parts = argument.split("[=:]", -1);
        name = argument;
        workload = Workload.of(parts[0]);
        way = parts[1];
        port = Integer.parseInt(parts[2]);
        directory = Path.of(parts[3]);
    }

    public static void main(String[] args) throws Exception {
        int clients = Integer.parseInt(args[0]);
        int warmUp = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        int turns = Integer.parseInt(args[3]);
        List<InTurns> all = Arrays.stream(args).skip(4).map(InTurns::new).toList();
        for (InTurns each : all) {
            for (int client = 0; client < clients; client++) {
                each.sessions.add(each.open());
            }
            each.prepare();
        }
        for (int turn = -warmUp / seconds; turn < turns; turn++) {
            for (InTurns each : all) {
                each.turn(seconds, turn >= 0);
            }
        }
        all.forEach(InTurns::print);
    }

    private Session open() throws IOException {
        return switch (way) {
            case "http" ->
                    new HttpSession(
                            java.net.URI.create("http://127.0.0.1:" + port),
                            new DbRequest("weak", "app"));
            case "mysql" -> MySqlSession.open(port, "app", "", "app");
            default -> throw new IllegalArgumentException("http or mysql: " + way);
        };
    }

    private void prepare() throws IOException {
        for (String sql : Tables.statements()) {
            sessions.getFirst()
                    .run(
                            List.of(
                                    sql.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
                                            .replace("INSERT", "INSERT IGNORE")),
                            false);
        }
    }

    /// Processes whose command line names the fleet's directory.
    private Cost cost() {
        Collection<Long> processes =
                ProcessHandle.allProcesses()
                        .filter(process -> process.pid() != ProcessHandle.current().pid())
                        .filter(process ->
                                process.info()
                                        .commandLine()
                                        .filter(line -> line.contains(directory + "/"))
                                        .isPresent())
                        .map(ProcessHandle::pid)
                        .toList();
        return Cost.of(processes, directory);
    }

    private void turn(int seconds, boolean counts) throws InterruptedException {
        ConcurrentLinkedQueue<Latencies> latencies = new ConcurrentLinkedQueue<>();
        Cost before = cost();
        long began = System.nanoTime();
        long end = began + seconds * 1_000_000_000L;
        CountDownLatch done = new CountDownLatch(sessions.size());
        for (Session session : sessions) {
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        latencies.add(work(session, end));
                        done.countDown();
                    });
        }
        done.await();
        double took = (System.nanoTime() - began) / 1e9;
        // Followers apply what is left.
        Thread.sleep(AFTERWARDS_MILLIS);
        if (counts) {
            int[] sorted = Latencies.sorted(latencies);
            cpuSeconds += cost().since(before).cpuSeconds();
            operations += sorted.length;
            rates.add(sorted.length / took);
            p50.add(Latencies.quantile(sorted, 0.5));
            p99.add(Latencies.quantile(sorted, 0.99));
        }
    }

    private Latencies work(Session session, long end) {
        Latencies own = new Latencies();
        SplittableRandom random = new SplittableRandom();
        Workload.Keys keys = new Workload.Keys(random.nextInt(Integer.MAX_VALUE - 1));
        while (System.nanoTime() - end < 0) {
            long sent = System.nanoTime();
            try {
                session.run(workload.statements(keys, random), !workload.single());
                own.add(System.nanoTime() - sent);
            } catch (IOException e) {
                if (errors.incrementAndGet() == 1) {
                    System.err.println(name + ": " + e);
                }
            }
        }
        return own;
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%-40s %6.0f/s, p50 %.2f ms, p99 %.2f ms, %.4f CPU ms each, %d errors%n",
                name,
                median(rates),
                median(p50),
                median(p99),
                cpuSeconds * 1000 / operations,
                errors.get());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0.0);
    }
}
