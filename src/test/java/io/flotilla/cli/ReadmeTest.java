package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// README's first screen, typed as it stands there, by somebody whose ports are others.
@Tag("system")
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\\n(.*?)```");
    private static final int NODES = 3;
    private static final long PATIENCE_MINUTES = 8;

    private final Path project = Path.of("").toAbsolutePath();
    @TempDir private Path here;

    @Test
    void firstScreenWorks() throws Exception {
        String readme = Files.readString(project.resolve("README.md"));
        String typed =
                BLOCK.matcher(readme)
                        .results()
                        .map(block -> block.group(1))
                        .collect(Collectors.joining());
        String http = portsEndingIn123();
        String mine =
                typed.replace("localhost:800", "localhost:" + http)
                        .replace("up --detach", "up --detach " + ports(http))
                        .replace("./flotilla", project + "/flotilla");

        Outcome outcome = run(mine);

        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains(promised(typed));
        assertThat(new ProcessFile(new FleetDirectory(here.resolve(".flotilla"))).running())
                .isEmpty();
    }

    /// Whatever happened, nothing goes on running.
    @AfterEach
    void stop() throws Exception {
        run(project + "/flotilla down");
    }

    /// The answers README shows as comments.
    private static List<String> promised(String typed) {
        List<String> answers =
                Pattern.compile("(?m)^# ([\\[{].*)$")
                        .matcher(typed)
                        .results()
                        .map(r -> r.group(1))
                        .toList();
        assertThat(answers).isNotEmpty();
        return answers;
    }

    private Outcome run(String commands) throws IOException, InterruptedException {
        Path output = here.resolve("output");
        Process shell =
                new ProcessBuilder("bash", "-euc", commands)
                        .directory(here.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        shell.getOutputStream().close();
        boolean ended = shell.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        shell.destroyForcibly();
        return new Outcome(ended ? shell.exitValue() : -1, Files.readString(output));
    }

    private record Outcome(int code, String output) {}

    private static String ports(String http) {
        int first = Integer.parseInt(http + "1");
        return "--http-port %d --raft-port %d --sql-port %d --ro-port %d"
                .formatted(first, free(first + 10, 1), first + 4, first + 7);
    }

    /// README's URLs are `localhost:800` and a node's number.
    private static String portsEndingIn123() {
        return Integer.toString(free(ProcessHandle.current().pid() % 2000 * 10 + 20_001, 10) / 10);
    }

    /// The first port from `from` in steps of `step` at which one per node is free.
    private static int free(long from, int step) {
        int port = (int) from;
        while (!allFree(port)) {
            port += step;
        }
        return port;
    }

    private static boolean allFree(int first) {
        return IntStream.range(first, first + NODES).allMatch(ReadmeTest::isFree);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket =
                new ServerSocket(port, 1, InetAddress.getByName(FleetPlan.BIND))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
