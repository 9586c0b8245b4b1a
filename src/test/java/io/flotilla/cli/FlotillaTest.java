package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlotillaTest {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @TempDir private Path root;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void listenNoMore() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String data() {
        return "--data=" + root.resolve("fleet");
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        assertThat(Flotilla.run("help")).isEqualTo(DONE);
        assertThat(out())
                .contains("up", "down", "status", "node", "version", "test", "2   wrong usage");
    }

    @Test
    void helpOfACommandNamesItsOptions() {
        assertThat(Flotilla.run("up", "--help")).isEqualTo(DONE);
        assertThat(out())
                .contains(
                        "--nodes",
                        "--data",
                        "--http-port",
                        "--sql-port",
                        "--ro-port",
                        "--raft-port",
                        "--detach");
    }

    @Test
    void versionNamesJava() {
        assertThat(Flotilla.run("version")).isEqualTo(DONE);
        assertThat(out()).startsWith("Flotilla ").contains("Java 25");
    }

    @Test
    void nothingAskedIsWrongUsage() {
        assertThat(Flotilla.run()).isEqualTo(WRONG_USAGE);
        assertThat(out()).contains("Usage: flotilla");
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        assertThat(Flotilla.run("stats")).isEqualTo(WRONG_USAGE);
        assertThat(err()).contains("'stats'", "flotilla status");
    }

    @Nested
    class Up {
        @Test
        void refusesTooManyNodes() {
            assertThat(Flotilla.run("up", data(), "--nodes=10")).isEqualTo(WRONG_USAGE);
            assertThat(err()).contains("a fleet has 1 to 9 nodes, not 10");
        }

        @Test
        void refusesAPortThatIsNoNumber() {
            assertThat(Flotilla.run("up", data(), "--http-port=http")).isEqualTo(WRONG_USAGE);
            assertThat(err()).contains("--http-port", "'http'");
        }

        @Test
        void refusesAPortInUseAndLeavesNothingBehind() throws IOException {
            try (ServerSocket other =
                    new ServerSocket(0, 1, InetAddress.getByName(FleetPlan.BIND))) {
                String port = "--http-port=" + other.getLocalPort();

                assertThat(Flotilla.run("up", data(), "--nodes=1", port)).isEqualTo(FAILED);
            }
            assertThat(err())
                    .startsWith("flotilla: port ")
                    .contains("is in use by java")
                    .hasLineCount(1);
            assertThat(root.resolve("fleet")).doesNotExist();
        }

        @Test
        void refusesAForeignDirectory() throws IOException {
            Files.createFile(Files.createDirectory(root.resolve("fleet")).resolve("thesis.tex"));

            assertThat(Flotilla.run("up", data())).isEqualTo(FAILED);
            assertThat(err()).contains("not a fleet of Flotilla's").hasLineCount(1);
        }

        @Test
        void refusesToGrowAFleet() {
            new FleetDirectory(root.resolve("fleet"))
                    .write(new FleetPlan("f", 3, 8001, 3301, 3401, 9001));

            assertThat(Flotilla.run("up", data(), "--nodes=5")).isEqualTo(WRONG_USAGE);
            assertThat(err()).contains("has 3 nodes; a fleet cannot grow or shrink yet");
        }
    }

    @Nested
    class WithoutAFleet {
        @Test
        void downSaysSo() {
            assertThat(Flotilla.run("down", data())).isEqualTo(FAILED);
            assertThat(err()).contains("there is no fleet in").hasLineCount(1);
        }

        @Test
        void statusSaysSo() {
            assertThat(Flotilla.run("status", data())).isEqualTo(FAILED);
            assertThat(err()).contains("there is no fleet in", "--url").hasLineCount(1);
        }

        @Test
        void statusOfAnAddressWhereNobodyListensSaysSo() throws IOException {
            int port;
            try (ServerSocket closed = new ServerSocket(0)) {
                port = closed.getLocalPort();
            }

            assertThat(Flotilla.run("status", "--url=http://localhost:" + port)).isEqualTo(FAILED);
            assertThat(err()).contains("no node of Flotilla answers at http://localhost:" + port);
        }
    }

    @Nested
    class Node {
        @Test
        void needsAConfiguration() {
            assertThat(Flotilla.run("node")).isEqualTo(WRONG_USAGE);
            assertThat(err()).contains("--config=FILE");
        }

        @Test
        void saysWhatIsWrongWithItsConfiguration() throws IOException {
            Path file = Files.writeString(root.resolve("node.conf"), "flet = x\n");

            assertThat(Flotilla.run("node", "--config=" + file)).isEqualTo(FAILED);
            assertThat(err()).startsWith("flotilla: " + file).hasLineCount(1);
        }

        /// The way machines start it, which the reader of command lines has no part in.
        @Test
        void saysTheSameWhenItIsStartedTheShortWay() throws IOException {
            Path file = Files.writeString(root.resolve("node.conf"), "flet = x\n");

            assertThat(Flotilla.run("node", "--config", file.toString())).isEqualTo(FAILED);
            assertThat(err()).startsWith("flotilla: " + file).hasLineCount(1);
        }
    }
}
