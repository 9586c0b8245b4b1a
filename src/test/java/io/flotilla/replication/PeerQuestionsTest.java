package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.peer.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What nodes ask each other about their servers, damaged: understood, or an [IOException] that ends the channel.
final class PeerQuestionsTest {
    private static final int CASES = 20_000;

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Test
    void digests() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(2);
        out.writeLong(7);
        out.writeLong(9);

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(bytes.toByteArray()))
                        .refusedBy(IOException.class)
                        .run(
                                CASES,
                                question ->
                                        assertThat(PeerDigests.question(in(question)).size())
                                                .isLessThanOrEqualTo(PeerDigests.MOST));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void standings() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBoolean(true);
        out.writeUTF("FOLLOWING");
        out.writeLong(7);
        out.writeBoolean(false);
        out.writeLong(4000);
        out.writeUTF("ALTER TABLE t");

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(bytes.toByteArray()))
                        .refusedBy(IOException.class)
                        .run(CASES, answer -> PeerStandings.answer(new NodeId(2), in(answer)));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
