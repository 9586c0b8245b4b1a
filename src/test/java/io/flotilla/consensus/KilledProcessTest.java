package io.flotilla.consensus;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.bench.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three real processes, killed with SIGKILL. Times are printed, not judged: the machine may be busy.
@Tag("system")
class KilledProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 6;

    /// For a restarted node to catch up and warm up a little.
    private static final long SETTLING_MILLIS = 2_000;

    private static final int BUSY_LOOPS = 4;
    private static final long BUSY_MILLIS = 10_000;

    /// Load of the machine beyond which more of it proves nothing.
    private static final double MOST_LOAD = 8;

    @TempDir private Path directory;

    private final List<String> ports = new ArrayList<>();
    private final Map<Integer, Process> processes = new ConcurrentHashMap<>();
    private final List<Said> said = new CopyOnWriteArrayList<>();

    private record Said(int node, String what, long term, long millis) {}

    @BeforeEach
    void startThree() throws IOException {
        FreePorts.find(3, ThreadLocalRandom.current())
                .forEach(port -> ports.add(String.valueOf(port)));
        for (int i = 1; i <= 3; i++) {
            start(i);
        }
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Process process : processes.values()) {
            process.destroyForcibly().waitFor();
        }
    }

    private void start(int node) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home")
                                        + File.separator
                                        + "bin"
                                        + File.separator
                                        + "java",
                                "-Xmx256m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                GroupProcess.class.getName(),
                                directory.toString(),
                                String.valueOf(node)));
        command.addAll(ports);
        Process process =
                new ProcessBuilder(command)
                        .redirectError(directory.resolve("errors-" + node).toFile())
                        .start();
        processes.put(node, process);
        Thread.ofPlatform().daemon(true).start(() -> listen(node, process));
    }

    private void listen(int node, Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3
                        && words[0].matches("(not-)?leading|following|acknowledged")) {
                    said.add(
                            new Said(
                                    node,
                                    words[0],
                                    Long.parseLong(words[1]),
                                    Long.parseLong(words[2])));
                } else {
                    System.out.println("node " + node + ": " + line);
                }
            }
        } catch (IOException e) {
            System.out.println("node " + node + " is gone: " + e);
        }
    }

    /// The first to have said `what` in a later term than `after`.
    private Said first(String what, long after) throws Exception {
        Said[] found = new Said[1];
        eventually(
                PATIENCE,
                () ->
                        found[0] =
                                said.stream()
                                        .filter(one ->
                                                one.what().equals(what) && one.term() > after)
                                        .findFirst()
                                        .orElseThrow(() ->
                                                new AssertionError(
                                                        "nobody is "
                                                                + what
                                                                + " after term "
                                                                + after)));
        return found[0];
    }

    private long followers(long term) {
        return said.stream()
                .filter(one -> one.what().equals("following") && one.term() == term)
                .map(Said::node)
                .distinct()
                .count();
    }

    /// The leader of the newest term, once both others follow it.
    private Said leader() throws Exception {
        Said[] found = new Said[1];
        eventually(
                PATIENCE,
                () -> {
                    long newest = said.stream().mapToLong(Said::term).max().orElse(0);
                    found[0] = first("acknowledged", newest - 1);
                    assertThat(followers(newest)).isEqualTo(2);
                });
        return found[0];
    }

    @Test
    void anotherLeadsSoonAfterTheLeaderIsKilled() throws Exception {
        List<Long> leading = new ArrayList<>();
        List<Long> acknowledged = new ArrayList<>();
        int forNothing = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Said leader = leader();
            Thread.sleep(SETTLING_MILLIS);
            forNothing += leader().term() == leader.term() ? 0 : 1;
            leader = leader();
            long killed = System.currentTimeMillis();
            processes.get(leader.node()).destroyForcibly().waitFor();
            leading.add(first("leading", leader.term()).millis() - killed);
            acknowledged.add(first("acknowledged", leader.term()).millis() - killed);
            start(leader.node());
        }
        Collections.sort(leading);
        Collections.sort(acknowledged);
        System.out.println("kill -9 to a new leader that knows, ms: " + leading);
        System.out.println("kill -9 to the first acknowledged entry, ms: " + acknowledged);
        System.out.println("elections for nothing: " + forNothing);
    }

    @Test
    void theLeaderStaysOnABusyMachine() throws Exception {
        Said leader = leader();
        Thread.sleep(SETTLING_MILLIS);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        assumeTrue(load < MOST_LOAD, "the machine is busy enough without us: " + load);
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < BUSY_LOOPS; i++) {
            loops.add(Thread.ofPlatform().daemon(true).start(KilledProcessTest::spin));
        }
        Thread.sleep(BUSY_MILLIS);
        loops.forEach(Thread::interrupt);
        assertThat(leader().term()).isEqualTo(leader.term());
    }

    private static void spin() {
        long sum = 0;
        while (!Thread.currentThread().isInterrupted()) {
            sum += System.nanoTime() & 1;
        }
        if (sum < 0) {
            throw new IllegalStateException("impossible");
        }
    }
}
