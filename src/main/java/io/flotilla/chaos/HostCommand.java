package io.flotilla.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A program of the machine that is run to its end: mount, losetup and the like.
final class HostCommand {
    private HostCommand() {}

    /// @return what it said, without blanks around it
    /// @throws IllegalStateException with what it said, when it did not end with 0
    static String run(String... command) {
        return feed("", List.of(command));
    }

    /// The same, with this on its standard input.
    static String feed(String input, List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// Those of the programs that are not on the path.
    static List<String> missing(String... programs) {
        List<Path> path =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .map(Path::of)
                        .toList();
        return Arrays.stream(programs)
                .filter(program ->
                        path.stream()
                                .noneMatch(place -> Files.isExecutable(place.resolve(program))))
                .toList();
    }
}
