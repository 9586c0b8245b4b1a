package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.door.DoorLink.Purpose;
import io.flotilla.door.DoorLink.Wanted;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the doors of two nodes say to each other before they carry bytes, damaged; and the header that the server is
/// told of it.
final class DoorLinkFuzzTest {
    private static final int CASES = 20_000;

    private static byte[] asked(String address) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DoorLink.ask(
                new DataOutputStream(bytes),
                new Wanted(
                        Purpose.WRITE,
                        new InetSocketAddress(InetAddress.ofLiteral(address), 40_000)));
        return bytes.toByteArray();
    }

    @Test
    void aQuestionIsRefusedOrGivesTheServerOneLine() throws IOException {
        Fuzz.Outcome outcome =
                Fuzz.of(List.of(asked("192.0.2.7"), asked("2001:db8::7")))
                        .refusedBy(IOException.class)
                        .run(
                                CASES,
                                bytes -> {
                                    Wanted wanted =
                                            DoorLink.read(
                                                    new DataInputStream(
                                                            new ByteArrayInputStream(bytes)));
                                    assertThat(header(wanted))
                                            .matches(
                                                    "PROXY TCP[46] [0-9a-f.:]+ [0-9a-f.:]+ \\d+ 3306\r\n")
                                            .hasSizeLessThanOrEqualTo(107);
                                });

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    private static String header(Wanted wanted) {
        return new String(LocalServer.proxyHeader(wanted.client()), StandardCharsets.US_ASCII);
    }

    @Test
    void anAnswerIsRefusedOrWhatItSays() throws IOException {
        ByteArrayOutputStream accepted = new ByteArrayOutputStream();
        DoorLink.accept(accepted, 7);
        ByteArrayOutputStream notNow = new ByteArrayOutputStream();
        DoorLink.notNow(notNow, "it does not lead");
        ByteArrayOutputStream refused = new ByteArrayOutputStream();
        DoorLink.refuse(refused, Refusal.tooMany("many"));

        Fuzz.Outcome outcome =
                Fuzz.of(
                                List.of(
                                        accepted.toByteArray(),
                                        notNow.toByteArray(),
                                        refused.toByteArray()))
                        .refusedBy(IOException.class, RefusedException.class)
                        .run(
                                CASES,
                                bytes ->
                                        DoorLink.answer(
                                                new DataInputStream(
                                                        new ByteArrayInputStream(bytes))));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
