package io.flotilla.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Prints how often the threads of a group of three in one JVM are woken, and what they cost, while nothing is appended;
/// run by hand.
final class GroupIdle {
    private static final long SETTLE_MILLIS = Long.getLong("settle", 5_000);
    private static final long MILLIS = Long.getLong("millis", 10_000);
    private static final int SHOWN = 24;

    private GroupIdle() {}

    private record Cost(long nanos, long switches) {
        Cost plus(Cost other) {
            return new Cost(nanos + other.nanos, switches + other.switches);
        }

        Cost since(Cost before) {
            return new Cost(nanos - before.nanos, switches - before.switches);
        }
    }

    private static final Cost NOTHING = new Cost(0, 0);

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "group");
        try (TestGroup group = TestGroup.started(directory, 3)) {
            group.leader();
            Thread.sleep(SETTLE_MILLIS);
            Map<String, Cost> before = threads();
            Thread.sleep(MILLIS);
            print(before, threads());
        }
        System.exit(0);
    }

    private static void print(Map<String, Cost> before, Map<String, Cost> after) {
        Map<String, Cost> costs = new TreeMap<>();
        after.forEach((thread, cost) ->
                costs.merge(
                        thread.substring(0, thread.lastIndexOf('/')),
                        cost.since(before.getOrDefault(thread, NOTHING)),
                        Cost::plus));
        costs.put("in all", costs.values().stream().reduce(NOTHING, Cost::plus));
        costs.entrySet().stream()
                .sorted((one, other) ->
                        Long.compare(other.getValue().switches(), one.getValue().switches()))
                .limit(SHOWN)
                .forEach(each ->
                        System.out.printf(
                                "%7.1f wake-ups/s %6.2f%% of a core  %s%n",
                                each.getValue().switches() * 1e3 / MILLIS,
                                each.getValue().nanos() / 1e4 / MILLIS,
                                each.getKey()));
    }

    /// By kind and number.
    private static Map<String, Cost> threads() throws IOException {
        Map<String, Cost> costs = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String kind =
                            Files.readString(task.resolve("comm"))
                                    .strip()
                                    .replaceAll("[0-9a-f]*\\d+[0-9a-f]*", "#");
                    costs.put(kind + "/" + task.getFileName(), cost(task));
                } catch (NoSuchFileException e) {
                    // It has ended.
                }
            }
        }
        return costs;
    }

    private static Cost cost(Path task) throws IOException {
        long nanos = Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[0]);
        long switches =
                Files.readAllLines(task.resolve("status")).stream()
                        .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
        return new Cost(nanos, switches);
    }
}
