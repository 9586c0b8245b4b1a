package io.flotilla.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.ddl.TableName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The words of a comparison between two nodes, damaged: understood, or an [IOException] that ends it.
@Timeout(60)
final class WireFuzzTest {
    private static final int CASES = 5000;

    @FunctionalInterface
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface Reading {
        void from(DataInputStream in) throws IOException;
    }

    private static void damage(Writing writing, Reading reading) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        writing.to(new DataOutputStream(whole));
        Fuzz.Outcome outcome =
                Fuzz.of(List.of(whole.toByteArray()))
                        .refusedBy(IOException.class)
                        .run(
                                CASES,
                                bytes ->
                                        reading.from(
                                                new DataInputStream(
                                                        new ByteArrayInputStream(bytes))));
        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void sums() throws IOException {
        damage(
                out -> Wire.writeSum(out, new Sum(3, new BigInteger("98765432109876543210"))),
                in -> {
                    Wire.expectYes(in);
                    Wire.readSum(in);
                });
    }

    @Test
    void definitions() throws IOException {
        Definitions definitions =
                new Definitions(
                        List.of("table app.t\tab12", "view app.v\tcd34"),
                        new TreeMap<>(Map.of("app.s", new SequenceValue(7, 1, 0))));
        damage(
                out -> Wire.writeDefinitions(out, definitions),
                in -> {
                    Wire.expectYes(in);
                    Wire.readDefinitions(in).fingerprints();
                });
    }

    @Test
    void tables() throws IOException {
        damage(
                out -> Wire.writeTable(out, new TableName("app", "t")),
                in -> {
                    in.readByte();
                    Wire.readTable(in);
                });
    }
}
