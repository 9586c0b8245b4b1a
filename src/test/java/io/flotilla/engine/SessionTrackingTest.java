package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.engine.ServerSession.Tracked;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SessionTrackingTest {
    private static final int STATE_CHANGED = 0x4000;
    private static final int MORE_RESULTS = 8;
    private static final int IN_TRANSACTION = 1;

    private static byte[] ok(int status, byte[]... changes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] change : changes) {
            all.writeBytes(change);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        // OK; 1 row; the id 2^63 in 8 bytes.
        packet.writeBytes(new byte[] {0, 1, (byte) 0xfe, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80});
        packet.writeBytes(new byte[] {(byte) status, (byte) (status >> 8), 0, 0});
        packet.writeBytes(string("Rows matched: 1"));
        packet.writeBytes(string(all.toByteArray()));
        return packet.toByteArray();
    }

    private static byte[] variable(String name, String value) {
        ByteArrayOutputStream pair = new ByteArrayOutputStream();
        pair.writeBytes(string(name));
        pair.writeBytes(string(value));
        return change(0, pair.toByteArray());
    }

    private static byte[] change(int type, byte[] what) {
        ByteArrayOutputStream change = new ByteArrayOutputStream();
        change.write(type);
        change.writeBytes(string(what));
        return change.toByteArray();
    }

    private static byte[] string(String text) {
        return string(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] string(byte[] bytes) {
        ByteArrayOutputStream string = new ByteArrayOutputStream();
        if (bytes.length < 0xfb) {
            string.write(bytes.length);
        } else {
            string.writeBytes(
                    new byte[] {(byte) 0xfc, (byte) bytes.length, (byte) (bytes.length >> 8)});
        }
        string.writeBytes(bytes);
        return string.toByteArray();
    }

    @Test
    void findsTheTransactionAmongOtherChanges() {
        byte[] packet =
                ok(
                        STATE_CHANGED,
                        change(1, string("app")),
                        variable("sql_mode", "A".repeat(300)),
                        variable("last_gtid", "0-7-123"),
                        change(2, string("1")));

        assertThat(SessionTracking.of(packet).tracked()).contains(new Tracked("0-7-123", false));
    }

    @Test
    void saysWhetherATransactionIsOpen() {
        byte[] packet = ok(STATE_CHANGED | IN_TRANSACTION, variable("last_gtid", "0-7-1"));

        assertThat(SessionTracking.of(packet).tracked()).contains(new Tracked("0-7-1", true));
    }

    @Test
    void saysNothingBeforeTheLastResult() {
        byte[] packet = ok(STATE_CHANGED | MORE_RESULTS, variable("last_gtid", "0-7-1"));

        assertThat(SessionTracking.of(packet).tracked()).isEmpty();
    }

    @Test
    void saysNothingOfOtherChanges() {
        assertThat(SessionTracking.of(ok(STATE_CHANGED, variable("autocommit", "ON"))).tracked())
                .isEmpty();
        assertThat(SessionTracking.of(ok(0, variable("last_gtid", "0-7-1"))).tracked()).isEmpty();
        assertThat(SessionTracking.of(new byte[] {(byte) 0xff, 1, 2}).tracked()).isEmpty();
        assertThat(SessionTracking.of(new byte[0]).tracked()).isEmpty();
    }

    @Test
    void saysNothingOfAPacketThatIsCutOff() {
        byte[] packet = ok(STATE_CHANGED, variable("last_gtid", "0-7-123"));

        for (int length = 0; length < packet.length; length++) {
            assertThat(SessionTracking.of(Arrays.copyOf(packet, length)).tracked()).isEmpty();
        }
    }

    @Test
    void readsAnyBytesToSomeEnd() {
        SplittableRandom random = new SplittableRandom(7);
        byte[] packet = ok(STATE_CHANGED, variable("last_gtid", "0-7-123"));
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = packet.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt(256);
            }
            assertThat(SessionTracking.of(bytes)).isNotNull();
        }
    }
}
