package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a new password comes from: a file, the terminal (twice, unseen), or the first line of standard input.
final class PasswordOption {
    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "read the password from the first line of FILE, instead of asking or of standard input")
    private @Nullable Path file;

    /// @throws FlotillaException if there is none
    String read() {
        try {
            Optional<String> password = file != null ? firstLine(file) : asked();
            return password.filter(line -> !line.isEmpty())
                    .orElseThrow(() ->
                            new FlotillaException(
                                    Failure.BAD_REQUEST, "a password is needed; none was given"));
        } catch (IOException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "the password cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<String> firstLine(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.findFirst();
        }
    }

    private static Optional<String> asked() throws IOException {
        if (!Progress.onTerminal()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return Optional.ofNullable(in.readLine());
        }
        Console console = Optional.ofNullable(System.console()).orElseThrow();
        char[] once = console.readPassword("Password: ");
        char[] twice = console.readPassword("The same again: ");
        if (once == null || !Arrays.equals(once, twice)) {
            throw new FlotillaException(Failure.BAD_REQUEST, "these were not the same");
        }
        return Optional.of(new String(once));
    }
}
