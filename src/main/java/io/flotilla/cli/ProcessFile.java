package io.flotilla.cli;

import io.flotilla.node.ConfigText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which processes `up` has started: `processes.conf` of a fleet's directory.
record ProcessFile(FleetDirectory directory) {
    private static final String NODE = "node.";

    /// The nodes that run now, by number. What has ended, or has another's process number, is not in it.
    Map<Integer, RecordedProcess> running() {
        Map<Integer, RecordedProcess> running = new TreeMap<>();
        recorded()
                .forEach((node, process) -> {
                    if (runs(node, process)) {
                        running.put(node, process);
                    }
                });
        return running;
    }

    boolean runs(int node, RecordedProcess process) {
        return process.runs(directory.nodeFile(node).toString());
    }

    boolean exists() {
        return Files.exists(directory.processFile());
    }

    private Map<Integer, RecordedProcess> recorded() {
        Map<Integer, RecordedProcess> recorded = new TreeMap<>();
        if (!exists()) {
            return recorded;
        }
        ConfigText text = ConfigText.read(directory.processFile());
        for (String node : text.keysUnder(NODE)) {
            recorded.put(ConfigText.number(node), text.as(NODE + node, RecordedProcess::parse));
        }
        return recorded;
    }

    void write(Map<Integer, RecordedProcess> processes) {
        List<String> lines = new ArrayList<>();
        lines.add("# Process number, start and boot of each node that was started");
        processes.forEach((node, process) -> lines.add(NODE + node + " = " + process.text()));
        Path file = directory.processFile();
        Path draft = file.resolveSibling("processes.conf.new");
        try {
            Files.write(draft, lines);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(directory.processFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
