package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.Console;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// As whom a command talks to nodes that want to know. Neither a password nor a token is ever an argument, which
/// everybody on the machine can read.
final class LoginOption {
    private static final String USER = "FLOTILLA_USER";
    private static final String PASSWORD = "FLOTILLA_PASSWORD";
    private static final String TOKEN = "FLOTILLA_TOKEN";

    /// What requests of this process say of who they are from.
    private static volatile Optional<String> said = Optional.empty();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "the account to log in with; its password is in FLOTILLA_PASSWORD, or is asked for")
    private @Nullable String user;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "log in with the token in the first line of FILE; without, with that in FLOTILLA_TOKEN if there is one")
    private @Nullable Path tokenFile;

    /// From now on requests say who they are from, if that is known.
    void say() {
        said = header(name -> System.getenv(name));
    }

    private Optional<String> header(UnaryOperator<@Nullable String> environment) {
        Path file = tokenFile;
        if (file != null) {
            return Optional.of("Bearer " + firstLine(file));
        }
        String token = environment.apply(TOKEN);
        if (user == null && token != null && !token.isBlank()) {
            return Optional.of("Bearer " + token.strip());
        }
        String name = user == null ? environment.apply(USER) : user;
        if (name == null || name.isBlank()) {
            return Optional.empty();
        }
        String password = environment.apply(PASSWORD);
        return Optional.of(basic(name, password == null ? asked(name) : password));
    }

    private static String basic(String user, String password) {
        byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.findFirst().map(String::strip).orElse("");
        } catch (IOException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "the token cannot be read: " + e.getMessage(), e);
        }
    }

    private static String asked(String user) {
        Optional<Console> console =
                Progress.onTerminal() ? Optional.ofNullable(System.console()) : Optional.empty();
        char[] typed =
                console.map(terminal -> terminal.readPassword("Password of %s: ", user))
                        .orElse(null);
        if (typed == null) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "the password of " + user + " is needed: put it into " + PASSWORD);
        }
        return new String(typed);
    }

    /// Says it in a request.
    static void sayIn(HttpURLConnection connection) {
        // A node never redirects; whoever does is not to hear it.
        connection.setInstanceFollowRedirects(false);
        said.ifPresent(header -> connection.setRequestProperty("Authorization", header));
    }

    /// What a person is told when a node does not take it.
    static FlotillaException refused() {
        return new FlotillaException(
                Failure.UNAUTHENTICATED,
                said.isEmpty()
                        ? "the node wants to know who this is: name an account with --user"
                        : "the user, the password or the token is wrong");
    }
}
