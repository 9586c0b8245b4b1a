package io.flotilla.cli;

import io.flotilla.bench.Training;
import io.flotilla.bench.speed.TrainingLoad;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// What the script runs behind a build, so that nodes start faster.
@Command(
        name = "train",
        hidden = true,
        description = {
            "Runs a node under load for some seconds and keeps what its JVM has learned beside the program:",
            "later starts take half the time. Done by the script after each build."
        })
final class TrainCommand implements Callable<Integer> {
    @Option(
            names = "--programs",
            paramLabel = "DIR",
            description = "where the server is unpacked already")
    private @Nullable Path programs;

    @Override
    public Integer call() throws IOException {
        if (Training.isDone()) {
            return ExitCode.OK;
        }
        try (TrialDirectory directory = TrialDirectory.make(false)) {
            directory.content();
            Training.run(
                    directory.path(),
                    directory.programs(Optional.ofNullable(programs)),
                    new TrainingLoad());
            return ExitCode.OK;
        } catch (RuntimeException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "nothing was trained: " + e.getMessage(), e);
        }
    }
}
