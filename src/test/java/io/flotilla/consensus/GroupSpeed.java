package io.flotilla.consensus;

import io.flotilla.consensus.TestGroup.TestNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// Prints what an entry costs a group of three in one JVM, by kinds of threads; run by hand. As from the tap of a busy
/// leader: two entries under way, 14 small transactions in each.
final class GroupSpeed {
    private static final int ENTRY_BYTES = 14 * 370;
    private static final int ENTRIES = Integer.getInteger("entries", 3000);
    private static final int ROUNDS = Integer.getInteger("rounds", 4);
    private static final int SHOWN = 16;

    /// Of proc_pid_stat(5), counted from the field after the name; stime follows.
    private static final int UTIME = 11;

    private static final double TICKS_PER_SECOND = 100;

    private GroupSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "group");
        try (TestGroup group = TestGroup.started(directory, 3)) {
            TestNode leader = group.leader();
            for (int i = 1; i <= ROUNDS; i++) {
                round(leader, i == ROUNDS);
            }
        }
        System.exit(0);
    }

    private static void round(TestNode leader, boolean details) throws Exception {
        Map<String, Long> before = threadNanos();
        long process = processNanos();
        double compilers = compilerSeconds();
        long began = System.nanoTime();
        long term = leader.log.leadership().term();
        CompletableFuture<Long> previous = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < ENTRIES; i++) {
            CompletableFuture<Long> next = leader.log.append(term, new byte[ENTRY_BYTES]);
            previous.get();
            previous = next;
        }
        previous.get();
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%,.0f entries/s, %.0f us of processor time each, of which %.0f us the compilers'%n",
                ENTRIES / seconds,
                (processNanos() - process) / 1e3 / ENTRIES,
                (compilerSeconds() - compilers) * 1e6 / ENTRIES);
        Map<String, Long> after = threadNanos();
        if (details) {
            after.entrySet().stream()
                    .map(each ->
                            Map.entry(
                                    each.getKey(),
                                    (each.getValue() - before.getOrDefault(each.getKey(), 0L))
                                            / 1e3
                                            / ENTRIES))
                    .sorted(Comparator.comparingDouble(each -> -each.getValue()))
                    .limit(SHOWN)
                    .forEach(each ->
                            System.out.printf("  %6.1f us  %s%n", each.getValue(), each.getKey()));
        }
    }

    private static Map<String, Long> threadNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> nanos = new TreeMap<>();
        for (ThreadInfo thread : threads.dumpAllThreads(false, false)) {
            String kind = thread.getThreadName().replaceAll("[0-9a-f]*\\d+[0-9a-f]*", "#");
            nanos.merge(kind, threads.getThreadCpuTime(thread.getThreadId()), Long::sum);
        }
        return nanos;
    }

    /// Their threads are not Java's: `/proc` knows them, in ticks of 10 ms.
    private static double compilerSeconds() throws IOException {
        double ticks = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.contains("CompilerThre")) {
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    ticks += Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
                }
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static long processNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
