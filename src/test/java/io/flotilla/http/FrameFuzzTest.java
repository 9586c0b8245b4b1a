package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever comes on a connection that carries requests between nodes: a frame, or an [IOException] that ends it.
class FrameFuzzTest {
    private static final int CASES = 20_000;
    private static final int MOST = 1 << 20;
    private static final long SEED = Long.getLong("flotilla.fuzz.seed", 1);

    @Test
    void damagedFramesAreRefusedOrWhatTheySay() throws IOException {
        Random random = new Random(SEED);
        byte[] request = request();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        Frame.head(200, List.of(new Headers.Field("Content-Type", "application/json"))).send(head);
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = (i % 2 == 0 ? request : head.toByteArray()).clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> read(bytes))
                    .as("case %d of seed %d", i, SEED)
                    .doesNotThrowAnyException();
        }
    }

    private static void read(byte[] bytes) throws InterruptedException {
        try {
            Frame frame = Frame.receive(new ByteArrayInputStream(bytes), MOST);
            switch (frame.kind()) {
                case REQUEST -> frame.asRequest(Asker.unknown(), more -> {}).body();
                case HEAD -> frame.asHead();
                default -> {
                    // Nothing more is read of it.
                }
            }
        } catch (IOException refused) {
            // As it should be.
        }
    }

    private static byte[] request() throws IOException {
        Request request =
                new Request(
                        "POST",
                        "/db/execute",
                        "db=app",
                        new Headers(List.of(new Headers.Field("Accept", "application/json"))),
                        "127.0.0.1",
                        false,
                        () -> new byte[0],
                        Deadline.in(Duration.ofSeconds(5), Asker.unknown()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Frame.request(request, request.headers(), "[\"SELECT 1\"]".getBytes(StandardCharsets.UTF_8))
                .send(out);
        return out.toByteArray();
    }
}
