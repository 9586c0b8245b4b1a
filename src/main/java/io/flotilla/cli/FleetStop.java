package io.flotilla.cli;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// Stops nodes: all are asked at once, and those that do not end in time are killed.
final class FleetStop {
    /// A node stops its server cleanly, which may take a minute (engine.EngineConfig, stopPatience).
    static final Duration PATIENCE = Duration.ofSeconds(75);

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 50;

    private final ProcessFile file;
    private final Progress progress;

    FleetStop(ProcessFile file, Progress progress) {
        this.file = file;
        this.progress = progress;
    }

    /// @return whether all have ended by themselves
    boolean stop(Map<Integer, RecordedProcess> nodes) throws InterruptedException {
        Map<Integer, RecordedProcess> left = new TreeMap<>(nodes);
        left.values()
                .forEach(process ->
                        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy));
        awaitEnd(left, PATIENCE);
        if (left.isEmpty()) {
            return true;
        }
        left.forEach((node, process) -> {
            progress.line(
                    "node "
                            + node
                            + " has not stopped within "
                            + PATIENCE.toSeconds()
                            + " s: killed");
            ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        });
        awaitEnd(left, KILL_PATIENCE);
        return false;
    }

    private void awaitEnd(Map<Integer, RecordedProcess> left, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            for (Map.Entry<Integer, RecordedProcess> entry : Map.copyOf(left).entrySet()) {
                if (!file.runs(entry.getKey(), entry.getValue())) {
                    left.remove(entry.getKey());
                    progress.line("node " + entry.getKey() + " has stopped");
                }
            }
            if (left.isEmpty() || System.nanoTime() - deadline > 0) {
                return;
            }
            progress.now("stopping " + left.size() + (left.size() == 1 ? " node" : " nodes"));
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
