package io.flotilla.consensus.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Whatever comes on a connection between nodes: a message, or an [IOException] that ends the connection.
class FrameFuzzTest {
    private static final int CASES = 20_000;
    private static final long SEED = Long.getLong("flotilla.fuzz.seed", 1);

    @Test
    void damagedFramesAreRefusedOrWhatTheySay() throws IOException {
        Random random = new Random(SEED);
        byte[] whole = vote();
        int read = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                sealAgain(bytes);
            }
            read += refusedOrRead(bytes, "case " + i + " of seed " + SEED) ? 1 : 0;
        }
        // Some must get as far as the message itself.
        assertThat(read).isPositive();
    }

    @Test
    void noiseIsRefused() {
        Random random = new Random(SEED);
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 4) {
                // A length that is believed, so that what follows is looked at.
                ByteBuffer.wrap(bytes).putInt(0, random.nextInt(bytes.length));
            }
            refusedOrRead(bytes, "case " + i + " of seed " + SEED);
        }
    }

    private static boolean refusedOrRead(byte[] bytes, String which) {
        boolean[] read = new boolean[1];
        assertThatCode(
                        () -> {
                            try {
                                Frame.read(new DataInputStream(new ByteArrayInputStream(bytes)));
                                read[0] = true;
                            } catch (IOException refused) {
                                read[0] = false;
                            }
                        })
                .as(which)
                .doesNotThrowAnyException();
        return read[0];
    }

    private static byte[] vote() throws IOException {
        RequestVoteRequest message =
                RequestVoteRequest.newBuilder()
                        .setGroupId("g0")
                        .setServerId("127.0.0.1:1")
                        .setPeerId("127.0.0.1:2")
                        .setTerm(7)
                        .setLastLogTerm(6)
                        .setLastLogIndex(5)
                        .setPreVote(true)
                        .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Frame(MessageKind.REQUEST_VOTE, 1, message).write(new DataOutputStream(out));
        return out.toByteArray();
    }

    /// Gives the frame the checksum of what it says now.
    private static void sealAgain(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, bytes.length - 8);
        ByteBuffer.wrap(bytes).putInt(0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    }
}
