package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// A command of this program run as a process of its own, as a person would.
///
/// @param output where everything it says goes
public record CommandRun(Process process, Path output) {
    private static final Duration DYING = Duration.ofSeconds(10);

    public static CommandRun start(Path output, List<String> arguments) {
        try {
            Process process =
                    new ProcessBuilder(Program.command(arguments))
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            return new CommandRun(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @return the exit code
    public int awaitEnd(Duration patience) {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new Patience.OverdueException("the command does not end; it said " + said());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Patience.OverdueException("interrupted");
        }
    }

    public String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The command lines of the processes that belong to a directory.
    public static List<String> processesIn(Path directory) {
        return ProcessTable.belongingTo(directory).stream()
                .map(ProcessTable.Row::commandLine)
                .toList();
    }

    /// Kills every process that belongs to a directory.
    public static void endAllIn(Path directory) {
        Patience.until(
                DYING,
                () -> "the end of " + processesIn(directory),
                () -> {
                    List<ProcessTable.Row> left = ProcessTable.belongingTo(directory);
                    Signal.KILL.sendTo(left.stream().map(ProcessTable.Row::pid).toList());
                    return left.isEmpty();
                });
    }

    public static List<Integer> freePorts(int count) {
        return FreePorts.find(count, new SplittableRandom(System.nanoTime()));
    }
}
