package io.flotilla.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.binlog.Gtid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What comes where a copy of a server's data is asked for, and where one is received.
@Timeout(60)
final class SnapshotFuzzTest {
    private static final int CASES = 5000;

    @TempDir private Path directory;

    /// Small files, so that what is read is names, lengths and sums.
    private static byte[] copy() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SnapshotOutput out = new SnapshotOutput(bytes);
        SnapshotEnd end = new SnapshotEnd(new Gtid(0, 1, 7), 3);
        Inventory inventory = new Inventory();
        out.accepted("11.4.5", 20);
        out.directory("app");
        inventory.directory("app");
        for (String name : List.of("ibdata1", "app/t.ibd")) {
            byte[] content = name.getBytes(StandardCharsets.UTF_8);
            long sum = Chunk.sum(content, content.length);
            out.size(name, content.length);
            out.chunk(name, 0, sum, content, content.length);
            inventory.file(name).resize(content.length);
            inventory.file(name).put(0, sum);
        }
        out.gone("none");
        out.end(end, inventory.digest(end));
        return bytes.toByteArray();
    }

    @Test
    void aDamagedCopyIsRefusedAndStaysInItsPlace() throws IOException {
        Path place = Files.createDirectory(directory.resolve("place"));

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(copy()))
                        .refusedBy(IOException.class)
                        .run(CASES, bytes -> receive(bytes, place));

        assertThat(outcome.taken()).isLessThan(CASES / 100);
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all).containsExactly(place);
        }
    }

    @Test
    void theCopyItselfIsTaken() throws IOException {
        receive(copy(), directory);

        assertThat(directory.resolve("app/t.ibd")).hasContent("app/t.ibd");
    }

    private static void receive(byte[] bytes, Path place) throws IOException {
        try (SnapshotInput input =
                new SnapshotInput(new ByteArrayInputStream(bytes), place, new Transfer())) {
            input.accepted();
            input.receive(() -> 1L << 40);
        }
    }

    @Test
    void aDamagedRequestIsRefusedOrWhatItSays() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        new SnapshotRequest(7, true).write(new DataOutputStream(whole));

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(whole.toByteArray()))
                        .refusedBy(IOException.class)
                        .run(
                                CASES,
                                bytes ->
                                        SnapshotRequest.read(
                                                new DataInputStream(
                                                        new ByteArrayInputStream(bytes))));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
