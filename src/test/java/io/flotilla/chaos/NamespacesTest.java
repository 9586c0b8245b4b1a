package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real ones: where this machine forbids them there is nothing to test.
final class NamespacesTest {
    private Namespaces network;
    private ServerSocket second;

    @BeforeEach
    void make() throws IOException {
        assumeThat(Namespaces.obstacle()).isEmpty();
        try {
            network = Namespaces.create(2);
        } catch (IllegalStateException forbidden) {
            assumeThat(forbidden).as("this machine forbids it").isNull();
        }
        second = new ServerSocket();
        second.bind(new InetSocketAddress(network.seenAs(2), 0));
    }

    @AfterEach
    void takeAway() throws IOException {
        if (second != null) {
            second.close();
            network.close();
        }
    }

    /// From within the first node's namespace to what stands for the second node.
    private void call(double seconds) {
        List<String> command = new ArrayList<>(network.starter(1));
        command.addAll(
                List.of(
                        "timeout",
                        Double.toString(seconds),
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/%s/%d"
                                .formatted(
                                        network.seenAs(2).getHostAddress(),
                                        second.getLocalPort())));
        HostCommand.run(command.toArray(String[]::new));
    }

    @Test
    void aCutInEitherDirectionLetsNoConnectionBeOpened() {
        network.drop(1, 2, 1);
        assertThatThrownBy(() -> call(0.5)).isInstanceOf(IllegalStateException.class);
        network.drop(1, 2, 0);
        network.drop(2, 1, 1);
        assertThatThrownBy(() -> call(0.5)).isInstanceOf(IllegalStateException.class);
        network.drop(2, 1, 0);
        call(5);
    }

    @Test
    void lostPacketsAreSentAgain() {
        network.drop(2, 1, 0.3);
        for (int i = 0; i < 10; i++) {
            call(20);
        }
    }

    @Test
    void nothingOfThemIsLeft() {
        network.close();
        String left = HostCommand.run("ip", "link") + HostCommand.run("ip", "netns");
        assertThat(left).doesNotContain("flt" + ProcessHandle.current().pid());
        assertThat(left).doesNotContain("flt-" + ProcessHandle.current().pid());
    }
}
