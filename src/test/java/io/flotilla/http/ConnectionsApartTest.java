package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whoever sends nonsense gets nothing of it into what others on the same node say and hear.
final class ConnectionsApartTest {
    private static final int CLIENTS = 16;
    private static final int ROUNDS = 500;

    private static final String[][] REQUESTS = {
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 426"},
        {
            "GET /ping HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(9000) + "\r\n\r\n",
            "HTTP/1.1 431"
        },
        {"nonsense\r\n\r\n", "HTTP/1.1 400"},
        {"GET /nosuch HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n", "HTTP/1.1 404"},
        {
            "POST /insert HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nzz\r\n",
            "HTTP/1.1 400"
        },
        {"TRACE /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 405"},
        {"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"},
        {"GET /nosuch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 404"}
    };

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone(config -> AbuseTest.with(config, AbuseTest.SMALL, true));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void answersEachClientWhatItAsked() throws Exception {
        List<String> swapped = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int first = i;
                all.add(clients.submit(() -> ask(first)));
            }
            for (Future<List<String>> one : all) {
                swapped.addAll(one.get());
            }
        }

        assertThat(swapped).isEmpty();
    }

    /// What was answered to another request than the one sent.
    private List<String> ask(int first) throws IOException {
        List<String> swapped = new ArrayList<>();
        for (int i = first; i < ROUNDS + first; i++) {
            String[] request = REQUESTS[i % REQUESTS.length];
            String answer = node.raw(request[0]);
            if (!answer.startsWith(request[1])) {
                swapped.add(request[1] + " expected: " + answer);
            }
        }
        return swapped;
    }
}
