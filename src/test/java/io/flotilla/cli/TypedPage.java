package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The first commands of a page, typed as they stand there, by somebody whose ports are others.
abstract class TypedPage {
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\\n(.*?)```");
    private static final int NODES = 3;
    private static final int HTTP = 8001;
    private static final long PATIENCE_MINUTES = 8;

    private final Path project = Path.of("").toAbsolutePath();
    @TempDir Path here;

    /// @param first port of the fleet
    String typed(String page, int first) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(project.resolve(page)));
        assertThat(block.find()).isTrue();
        String typed = block.group(1);
        for (int node = 0; node < NODES; node++) {
            typed = typed.replace(Integer.toString(HTTP + node), Integer.toString(first + node));
        }
        String ports =
                "--http-port %d --raft-port %d --sql-port %d --ro-port %d"
                        .formatted(first, first + NODES, first + 2 * NODES, first + 3 * NODES);
        return typed.replace("up --detach", "up --detach " + ports)
                .replace("up --tls --detach", "up --tls --detach " + ports)
                .replace("./flotilla", project + "/flotilla");
    }

    /// Whatever happened, nothing goes on running.
    @AfterEach
    void stop() throws Exception {
        run(project + "/flotilla down");
    }

    Outcome run(String commands) throws IOException, InterruptedException {
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

    record Outcome(int code, String output) {}

    /// The first of as many free ports in a row as `up` wants.
    static int freePorts() {
        int first = (int) (20_000 + ProcessHandle.current().pid() % 10_000);
        while (!IntStream.range(first, first + 4 * NODES).allMatch(TypedPage::isFree)) {
            first += 4 * NODES;
        }
        return first;
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
