package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    @TempDir private Path root;

    @Test
    void namesThePortInUseAndItsHolder() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(FleetPlan.BIND))) {
            FleetPlan plan = new FleetPlan("f", 1, other.getLocalPort(), 1, 2, 3);

            assertThatThrownBy(() -> Preflight.portsAreFree(plan, List.of(1)))
                    .isInstanceOf(FlotillaException.class)
                    .hasMessageContaining(
                            "port " + other.getLocalPort() + " is in use by java (process ")
                    .hasMessageContaining("" + ProcessHandle.current().pid())
                    .hasMessageContaining("--http-port");
        }
    }

    @Test
    void findsNobodyOnAFreePort() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }

        assertThat(PortOwner.of(port)).isEmpty();
    }

    @Test
    void refusesAnotherSystem() {
        assertThatThrownBy(() -> Preflight.systemIsSupported("Mac OS X", "aarch64"))
                .hasMessageContaining("Linux x86-64 only; this is Mac OS X aarch64");
        assertThatThrownBy(() -> Preflight.systemIsSupported("Linux", "aarch64"))
                .isInstanceOf(FlotillaException.class);
        assertThatCode(() -> Preflight.systemIsSupported("Linux", "amd64"))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesADirectoryThatCannotBeMade() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        FleetPlan plan = new FleetPlan("f", 3, 8001, 3301, 3401, 9001);

        assertThatThrownBy(() ->
                        Preflight.diskHasRoom(new FleetDirectory(file.resolve("below")), plan))
                .isInstanceOf(FlotillaException.class)
                .hasMessageContaining(file + " is not a directory that can be written to");
    }
}
