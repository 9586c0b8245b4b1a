package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameTest {
    private static Frame through(Frame frame) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame.send(out);
        return Frame.receive(new ByteArrayInputStream(out.toByteArray()), 1 << 20);
    }

    @Test
    void carriesARequest() throws Exception {
        byte[] body = "{\"ü\":1}".getBytes(StandardCharsets.UTF_8);
        Headers headers =
                new Headers(List.of(new Headers.Field("Content-Type", "application/json")));
        Request request =
                new Request(
                        "POST",
                        "/insert",
                        "a=%20b",
                        headers,
                        "10.0.0.1",
                        false,
                        () -> body,
                        Deadline.in(Duration.ofSeconds(5)));

        Request carried =
                through(Frame.request(request, headers, body))
                        .asRequest(Asker.unknown(), bytes -> {});

        assertThat(carried.method()).isEqualTo("POST");
        assertThat(carried.path()).isEqualTo("/insert");
        assertThat(carried.parameters()).containsEntry("a", " b");
        assertThat(carried.header("content-type")).contains("application/json");
        assertThat(carried.remote()).isEqualTo("10.0.0.1");
        assertThat(carried.body()).isEqualTo(body);
        assertThat(carried.forwarded()).isTrue();
        assertThat(carried.deadline().left())
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    @Test
    void carriesTheHeadOfAnAnswer() throws Exception {
        List<Headers.Field> fields = List.of(new Headers.Field("Flotilla-Gtid", "0-1-2"));

        Frame.AnswerHead head = through(Frame.head(409, fields)).asHead();

        assertThat(head.status()).isEqualTo(409);
        assertThat(head.headers().first("flotilla-gtid")).contains("0-1-2");
    }

    @Test
    void refusesWhatIsNoFrame() {
        assertThatThrownBy(() -> receive(0, 0, 0, 0, 0)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> receive(8, 0, 0, 0, 0)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> receive(6, 0x7f, 0xff, 0xff, 0xff))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> receive(6, 0xff, 0, 0, 0)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> receive(6, 0, 0, 0, 2, 1)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> receive(6, 0)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() ->
                        new Frame(Frame.Kind.HEAD, new byte[] {1, 2, 0, 1, 0x7f, 0, 0, 0}).asHead())
                .isInstanceOf(ProtocolException.class);
    }

    private static Frame receive(int... bytes) throws Exception {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return Frame.receive(new ByteArrayInputStream(all), 100);
    }
}
