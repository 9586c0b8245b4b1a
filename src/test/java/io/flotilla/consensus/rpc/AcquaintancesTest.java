package io.flotilla.consensus.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcquaintancesTest {
    private static final NodeId TWO = new NodeId(2);

    @TempDir private Path directory;

    @Test
    void knowsAMemberAgain() throws IOException {
        Acquaintances acquaintances = Acquaintances.load(directory.resolve("members"));
        acquaintances.meet(TWO, new UUID(1, 1));
        assertThatCode(() -> acquaintances.meet(TWO, new UUID(1, 1))).doesNotThrowAnyException();
        assertThatCode(() -> acquaintances.meet(new NodeId(3), new UUID(1, 2)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAMemberThatLostItsLogAlsoAfterARestart() throws IOException {
        Acquaintances.load(directory.resolve("members")).meet(TWO, new UUID(1, 1));
        Acquaintances again = Acquaintances.load(directory.resolve("members"));
        assertThatThrownBy(() -> again.meet(TWO, new UUID(9, 9)))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("lost or replaced");
    }

    @Test
    void doesNotStartOnADamagedFile() throws IOException {
        Path file = directory.resolve("members");
        Files.writeString(file, "2 not-a-uuid\n");
        assertThatThrownBy(() -> Acquaintances.load(file)).isInstanceOf(IOException.class);
    }

    @Test
    void doesNotStartOnAFileWithAnyBitFlipped() throws IOException {
        Path file = directory.resolve("members");
        Acquaintances.load(file).meet(TWO, new UUID(1, 1));
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            assertThatThrownBy(() -> Acquaintances.load(file))
                    .as("bit %d", bit)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void takesAFileWithoutAChecksumAndGivesItOne() throws IOException {
        Path file = directory.resolve("members");
        Files.writeString(file, "2 " + new UUID(1, 1) + "\n");
        Acquaintances.load(file);
        assertThat(file).content().contains("crc32c ");
        assertThatThrownBy(() -> Acquaintances.load(file).meet(TWO, new UUID(9, 9)))
                .isInstanceOf(PeerRefusedException.class);
    }
}
