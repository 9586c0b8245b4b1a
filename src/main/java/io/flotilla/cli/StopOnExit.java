package io.flotilla.cli;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Stops the fleet when this command is told to end (Ctrl-C, SIGTERM), until it is disarmed.
final class StopOnExit {
    private final ProcessFile file;
    private final Progress progress;
    private final Thread hook = new Thread(this::stop, "stop-fleet");
    private final CountDownLatch never = new CountDownLatch(1);

    private StopOnExit(ProcessFile file, Progress progress) {
        this.file = file;
        this.progress = progress;
    }

    static StopOnExit arm(ProcessFile file, Progress progress) {
        StopOnExit stop = new StopOnExit(file, progress);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /// Does not return when the end has begun: what the caller would do next is being undone.
    void disarm() throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            never.await();
        }
    }

    private void stop() {
        try {
            progress.line("");
            Map<Integer, RecordedProcess> running = file.running();
            file.delete();
            new FleetStop(file, progress).stop(running);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
