package io.flotilla.cli;

import java.util.Map;

/// Stays with a fleet in the foreground and says when a node ends.
///
/// It starts none again: a node that was killed on purpose would come back under the hand that did it. Another `up`
/// does, and it is then watched as well.
final class FleetWatch {
    private static final long LOOK_MILLIS = 500;

    private final ProcessFile file;
    private final FleetDirectory directory;
    private final Progress progress;

    FleetWatch(ProcessFile file, FleetDirectory directory, Progress progress) {
        this.file = file;
        this.directory = directory;
        this.progress = progress;
    }

    /// @return 0 when `down` has stopped the fleet, 1 when all its nodes have ended by themselves
    int untilTheEnd() throws InterruptedException {
        Map<Integer, RecordedProcess> known = file.running();
        while (!known.isEmpty()) {
            Thread.sleep(LOOK_MILLIS);
            Map<Integer, RecordedProcess> now = file.running();
            known.keySet().stream().filter(node -> !now.containsKey(node)).forEach(this::hasEnded);
            known = now;
        }
        if (!file.exists()) {
            return 0;
        }
        progress.line("All nodes have ended.");
        return 1;
    }

    private void hasEnded(int node) {
        if (file.exists()) {
            progress.line(
                    "node "
                            + node
                            + " has ended ("
                            + directory.logs(node)
                            + "); './flotilla up' in another terminal starts it again");
        }
    }
}
