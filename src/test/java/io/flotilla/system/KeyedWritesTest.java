package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Writes under keys, repeated through the deaths of leaders, at another node every time: each is done once, and each
/// answer is the same.
@Tag("system")
final class KeyedWritesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WORKERS = 4;
    private static final Duration UNTIL_ANSWERED = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(1);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    private final AtomicInteger repeats = new AtomicInteger();
    private volatile boolean stopping;

    @Test
    void areDoneOnceThroughKillsOfTheLeader() throws Exception {
        Fleet fleet = place.start(3);
        answered(fleet, 0, "make", "/db/execute", "[\"CREATE DATABASE IF NOT EXISTS keyed\"]");
        answered(
                fleet,
                0,
                "table",
                "/db/execute?db=keyed",
                "[\"CREATE TABLE IF NOT EXISTS t (id INT AUTO_INCREMENT PRIMARY KEY, worker INT, n INT)\"]");
        List<CompletableFuture<Integer>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < WORKERS; worker++) {
                int number = worker;
                workers.add(CompletableFuture.supplyAsync(() -> write(fleet, number), threads));
            }
            try {
                for (Part part : new Part[] {Part.SERVER, Part.BOTH, Part.JVM}) {
                    Patience.pause(QUIET);
                    int leader = fleet.leaderWithServer();
                    fleet.kill(leader, part);
                    fleet.leaderOtherThan(leader, UNTIL_ANSWERED);
                    Patience.pause(QUIET);
                    if (part != Part.SERVER) {
                        fleet.awaitDead(leader);
                        fleet.restart(leader);
                    }
                }
            } finally {
                stopping = true;
            }
            int written = workers.stream().mapToInt(CompletableFuture::join).sum();
            place.say(written + " writes, " + repeats.get() + " attempts that were not answered");
            eachIsThereOnce(fleet, written);
        }
    }

    private int write(Fleet fleet, int worker) {
        int n = 0;
        while (!stopping) {
            String body = body(worker, n);
            String path =
                    "/db/execute?db=keyed" + (n % 3 == 1 && n % 10 != 5 ? "&transaction" : "");
            String key = worker + "-" + n;
            Answer first = answered(fleet, worker + n, key, path, body);
            Answer again = answered(fleet, worker + n + 1, key, path, body);
            assertThat(again.body()).as("%s, repeated", key).isEqualTo(first.body());
            n++;
        }
        return n;
    }

    /// One row each, in one of the forms: alone, in a transaction, beside a definition.
    private static String body(int worker, int n) {
        String insert = "[\"INSERT INTO t (worker, n) VALUES (?, ?)\", " + worker + ", " + n + "]";
        return switch (n % 10) {
            case 5 ->
                    "[\"CREATE TABLE IF NOT EXISTS w%d_%d (a INT)\", %s]"
                            .formatted(worker, n, insert);
            case 1, 4, 7 -> "[" + insert + ", \"UPDATE t SET n = n WHERE id < 0\"]";
            default -> "[" + insert + "]";
        };
    }

    /// Sends it until it is answered, at another node every time.
    private Answer answered(Fleet fleet, int from, String key, String path, String body) {
        long end = System.nanoTime() + UNTIL_ANSWERED.toNanos();
        List<URI> nodes = fleet.http();
        String last = "";
        for (int attempt = from; System.nanoTime() - end < 0; attempt++) {
            URI node = nodes.get(attempt % nodes.size());
            try {
                Answer answer =
                        place.client()
                                .send(
                                        HttpRequest.newBuilder(URI.create(node + path))
                                                .header("Content-Type", "application/json")
                                                .header("Idempotency-Key", key)
                                                .POST(HttpRequest.BodyPublishers.ofString(body)));
                if (answer.status() == 200) {
                    assertThat(answer.body()).doesNotContain("error");
                    return answer;
                }
                last = answer.status() + " " + answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            repeats.incrementAndGet();
            Patience.pause(Duration.ofMillis(20));
        }
        throw new AssertionError(key + " is not answered: " + last);
    }

    private void eachIsThereOnce(Fleet fleet, int written) throws IOException {
        Answer counts =
                place.client()
                        .post(
                                fleet.node(fleet.leader()).http(),
                                "/db/query?level=linearizable&db=keyed",
                                List.of(
                                        "SELECT COUNT(*), COUNT(DISTINCT worker, n) FROM t",
                                        "SELECT worker, n, COUNT(*) FROM t GROUP BY worker, n HAVING COUNT(*) <> 1"));
        assertThat(counts.json().at("/results/0/values/0").toString())
                .isEqualTo(JSON.writeValueAsString(List.of(written, written)));
        assertThat(counts.json().at("/results/1").has("values")).isFalse();
    }
}
