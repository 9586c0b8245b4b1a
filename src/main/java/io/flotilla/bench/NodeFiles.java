package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Configuration files of a fleet's nodes, and their processes, not started.
final class NodeFiles {
    private NodeFiles() {}

    private record Ports(int http, int raft, int readWrite, int readOnly) {
        private static final int EACH = 4;
    }

    static List<NodeProcess> write(FleetSetup plan) {
        List<Integer> free =
                FreePorts.find(plan.nodes() * Ports.EACH, new SplittableRandom(System.nanoTime()));
        List<Ports> ports =
                IntStream.range(0, plan.nodes())
                        .map(i -> i * Ports.EACH)
                        .mapToObj(i ->
                                new Ports(
                                        free.get(i),
                                        free.get(i + 1),
                                        free.get(i + 2),
                                        free.get(i + 3)))
                        .toList();
        try {
            Files.createDirectories(plan.directory());
            List<NodeProcess> nodes = new ArrayList<>();
            for (int number = 1; number <= plan.nodes(); number++) {
                nodes.add(write(plan, number, ports));
            }
            return nodes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NodeProcess write(FleetSetup plan, int number, List<Ports> ports)
            throws IOException {
        Path directory = plan.directory().resolve("node-" + number);
        Path file = plan.directory().resolve("node-" + number + ".conf");
        Files.write(file, lines(plan, number, directory, ports));
        return new NodeProcess(
                number,
                http(plan, number, ports.get(number - 1)),
                ports.get(number - 1).readWrite(),
                directory,
                command(plan, number, file),
                plan.directory().resolve("node-" + number + ".log"));
    }

    private static List<String> command(FleetSetup plan, int number, Path file) {
        List<String> command = new ArrayList<>(plan.surroundings().starter(number));
        command.addAll(Program.command(List.of("node", "--config", file.toString())));
        return command;
    }

    private static List<String> lines(
            FleetSetup plan, int number, Path directory, List<Ports> ports) {
        Ports own = ports.get(number - 1);
        List<String> lines = new ArrayList<>();
        lines.add("fleet = trial");
        lines.add("node = " + number);
        lines.add("data = " + directory);
        for (int member = 1; member <= plan.nodes(); member++) {
            Ports its = ports.get(member - 1);
            lines.add(
                    "member.%d = %s %s"
                            .formatted(
                                    member,
                                    reached(plan, number, member, its.raft()),
                                    http(plan, member, its)));
        }
        String host = plan.surroundings().address(number).getHostName();
        lines.add("http.listen = " + host + ":" + own.http());
        lines.add("sql.listen = " + host + ":" + own.readWrite());
        lines.add("sql.read-only.listen = " + host + ":" + own.readOnly());
        if (!plan.surroundings().address(number).isLoopbackAddress()) {
            // In a network of its own, which nobody else is in.
            lines.add("insecure = true");
        }
        lines.add("raft.listen = " + host + ":" + own.raft());
        lines.add("engine.programs = " + plan.engineHome());
        for (Map.Entry<String, String> setting : plan.settings().entrySet()) {
            String value = setting.getValue().replace(FleetSetup.NODE, String.valueOf(number));
            lines.add(setting.getKey() + " = " + value);
        }
        return lines;
    }

    /// Where a node reaches a member.
    private static String reached(FleetSetup plan, int number, int member, int raft) {
        if (number == member || plan.wires().isEmpty()) {
            return plan.surroundings().address(member).getHostName() + ":" + raft;
        }
        int port = plan.wires().get().lay(number, member, raft);
        return plan.surroundings().seenAs(member).getHostName() + ":" + port;
    }

    private static URI http(FleetSetup plan, int number, Ports ports) {
        boolean tls = plan.settings().containsKey("tls.certificate");
        return URI.create(
                (tls ? "https://" : "http://")
                        + plan.surroundings().address(number).getHostName()
                        + ":"
                        + ports.http());
    }
}
