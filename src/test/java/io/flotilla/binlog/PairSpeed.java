package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Prints how fast a pair is and what it costs; run by hand. Clients are stored procedures, so that the CPU time of
/// this process is that of tap and feed alone. `-Djoining=N`: the feed joins up to N transactions.
final class PairSpeed {
    private static final int CLIENTS = 64;
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double TICKS_PER_SECOND = 100;

    private PairSpeed() {}

    public static void main(String[] arguments) throws Exception {
        int each = Integer.getInteger("each", 1000);
        try (Pair pair = Pair.start()) {
            pair.log.joining = Integer.getInteger("joining", 1);
            pair.leader.execute(
                    "SET GLOBAL binlog_annotate_row_events = OFF",
                    "CREATE TABLE t.a (id INT PRIMARY KEY AUTO_INCREMENT, k INT, v VARCHAR(220), KEY (k))",
                    "CREATE PROCEDURE t.p(n INT) BEGIN WHILE n > 0 DO"
                            + " INSERT INTO t.a (k, v) VALUES (n, REPEAT('x', 180)); SET n = n - 1;"
                            + " END WHILE; END");
            for (int i = 0; i < ROUNDS; i++) {
                round(pair, each);
            }
        }
        System.exit(0);
    }

    private static void round(Pair pair, int each) throws Exception {
        pair.awaitApplied();
        pair.follower.execute("STOP SLAVE");
        int all = each * CLIENTS;
        TapCounters before = pair.tap.counters();
        long tapCpu = tapCpuNanos();
        measure("tap", all, pair.leader.pid(), () -> write(pair, each));
        TapCounters after = pair.tap.counters();
        double own = (tapCpuNanos() - tapCpu) / 1e3 / all;
        System.out.printf(
                "     the tap's thread %.2f us; %d transactions per acknowledgement, %d bytes each%n",
                own,
                (after.transactions() - before.transactions())
                        / Math.max(1, after.acknowledgements() - before.acknowledgements()),
                (after.bytes() - before.bytes()) / (after.transactions() - before.transactions()));
        measure("feed", all, pair.follower.pid(), () -> apply(pair));
    }

    private static void write(Pair pair, int each) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> calls = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                calls.add(clients.submit(() -> call(pair, each)));
            }
            for (Future<Void> call : calls) {
                call.get();
            }
        }
    }

    private static Void call(Pair pair, int each) throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CALL t.p(" + each + ")");
        }
        return null;
    }

    private static void apply(Pair pair) throws Exception {
        pair.follower.execute("START SLAVE");
        String written = pair.leader.query("SELECT @@gtid_binlog_pos");
        assertThat(
                        pair.follower.query(
                                "SELECT MASTER_GTID_WAIT('"
                                        + written
                                        + "', "
                                        + PATIENCE.toSeconds()
                                        + ")"))
                .isEqualTo("0");
        eventually(PATIENCE, () -> assertThat(pair.log.last()).hasToString(written));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void measure(String what, int transactions, long server, Work work)
            throws Exception {
        long start = System.nanoTime();
        long cpu = ownCpuNanos();
        double serverCpu = serverCpuSeconds(server);
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%-4s %,8.0f transactions/s; CPU per transaction: JVM %.2f us, mariadbd %.1f us%n",
                what,
                transactions / seconds,
                (ownCpuNanos() - cpu) / 1e3 / transactions,
                (serverCpuSeconds(server) - serverCpu) * 1e6 / transactions);
    }

    private static long tapCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.dumpAllThreads(false, false)) {
            if (thread.getThreadName().startsWith("tap-")) {
                return threads.getThreadCpuTime(thread.getThreadId());
            }
        }
        return 0;
    }

    private static long ownCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static double serverCpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
    }
}
