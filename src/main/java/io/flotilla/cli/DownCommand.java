package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        description = "Stops the fleet that 'up' started. Its data stay; 'up' goes on with them.")
final class DownCommand implements Callable<Integer> {
    @Mixin private DataOption data;

    @Override
    public Integer call() throws InterruptedException {
        FleetDirectory directory = data.directory();
        if (directory.plan().isEmpty()) {
            throw new FlotillaException(
                    Failure.NOT_FOUND,
                    "there is no fleet in "
                            + directory.root()
                            + "; name its directory with --data");
        }
        Progress progress = Progress.onStandardOutput();
        try (FleetLock _ = FleetLock.take(directory)) {
            ProcessFile file = new ProcessFile(directory);
            Map<Integer, RecordedProcess> running = file.running();
            file.delete();
            if (running.isEmpty()) {
                progress.line("No node of the fleet in " + directory.root() + " runs.");
                return 0;
            }
            return new FleetStop(file, progress).stop(running) ? 0 : 1;
        }
    }
}
