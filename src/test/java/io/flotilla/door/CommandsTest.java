package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private final AtomicLong softened = new AtomicLong();

    /// What the server would get of `bytes`, when they come in pieces of `piece` bytes.
    private byte[] through(byte[] bytes, int piece) throws RefusedException {
        Commands commands = new Commands(softened::addAndGet, false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] begun = new byte[0];
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] next = Arrays.copyOfRange(bytes, at, Math.min(at + piece, bytes.length));
            ByteBuffer in = ByteBuffer.allocate(begun.length + next.length);
            in.put(begun).put(next).flip();
            begun = pass(commands, in, out);
        }
        return out.toByteArray();
    }

    /// As [Leg] does it.
    private static byte[] pass(Commands commands, ByteBuffer in, ByteArrayOutputStream out)
            throws RefusedException {
        while (in.hasRemaining()) {
            int passable = commands.passable(in);
            if (passable > 0) {
                byte[] part = new byte[passable];
                in.get(part);
                out.writeBytes(part);
                continue;
            }
            byte[] instead = commands.replacement();
            if (instead == null) {
                break;
            }
            in.position(in.position() + commands.replaced());
            out.writeBytes(instead);
        }
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    private static byte[] command(int command, byte[] body) {
        byte[] payload = new byte[1 + body.length];
        payload[0] = (byte) command;
        System.arraycopy(body, 0, payload, 1, body.length);
        return Packets.packet(0, payload);
    }

    private static byte[] query(String sql) {
        return command(Command.QUERY, sql.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void passesPlainCommandsAsTheyAreHoweverTheyAreCut() throws RefusedException {
        byte[] bytes =
                join(
                        query("SELECT 1"),
                        command(Command.PING, new byte[0]),
                        command(Command.STMT_EXECUTE, new byte[300]),
                        query("INSERT INTO t VALUES ('KILL')"),
                        command(Command.QUIT, new byte[0]));
        for (int piece = 1; piece <= bytes.length; piece++) {
            assertThat(through(bytes, piece)).as("pieces of %d", piece).isEqualTo(bytes);
        }
        assertThat(softened).hasValue(0);
    }

    @Test
    void softensKillsAmongCommandsSentAheadHoweverTheyAreCut() throws RefusedException {
        byte[] hard =
                join(
                        query("SELECT 1"),
                        query("KILL QUERY 7"),
                        command(Command.PROCESS_KILL, new byte[] {1, 2, 0, 0}),
                        command(Command.STMT_PREPARE, "KILL 9".getBytes(StandardCharsets.UTF_8)),
                        query("SELECT 2"));
        byte[] soft =
                join(
                        query("SELECT 1"),
                        query("KILL SOFT QUERY 7"),
                        query("KILL SOFT CONNECTION 513"),
                        command(
                                Command.STMT_PREPARE,
                                "KILL SOFT 9".getBytes(StandardCharsets.UTF_8)),
                        query("SELECT 2"));
        for (int piece = 1; piece <= hard.length; piece++) {
            assertThat(through(hard, piece)).as("pieces of %d", piece).isEqualTo(soft);
        }
    }

    @Test
    void softensAKillInFrontOfALongText() throws RefusedException {
        String tail = " /* " + "x".repeat(3 * Commands.LOOKED_AT) + " */";
        assertThat(through(query("KILL 5" + tail), 1000)).isEqualTo(query("KILL SOFT 5" + tail));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x12, 0x13, 0x14, 0x15, 0x1d, 0x1e, 0xfe, 0x07, 0x0d, 0x00})
    void letsTheServerAnswerWhatDoesNotPassWithAnError(int refused) throws RefusedException {
        byte[] bytes = join(query("SELECT 1"), command(refused, new byte[20]), query("SELECT 2"));

        String passed = new String(through(bytes, bytes.length), StandardCharsets.ISO_8859_1);

        assertThat(passed).contains("SELECT 1", "SIGNAL SQLSTATE '42000'", "SELECT 2");
        assertThat(passed.getBytes(StandardCharsets.ISO_8859_1)[13 + 4]).isEqualTo((byte) 3);
    }

    @Test
    void refusesToChangeToAnInternalAccount() throws RefusedException {
        byte[] to =
                command(Command.CHANGE_USER, "flotilla_admin\0".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(through(to, 3), StandardCharsets.UTF_8)).contains("SIGNAL");
        byte[] other = command(Command.CHANGE_USER, "app\0".getBytes(StandardCharsets.UTF_8));
        assertThat(through(other, 3)).isEqualTo(other);
    }

    @Test
    void takesLinesOfALocalFileForNoCommands() throws RefusedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(query("LOAD DATA LOCAL INFILE 'f' INTO TABLE t"));
        for (int sequence = 2; sequence < 700; sequence++) {
            all.writeBytes(Packets.packet(sequence & 0xff, new byte[] {0x12, 'x'}));
        }
        all.writeBytes(Packets.packet(700 & 0xff, new byte[0]));
        all.writeBytes(query("KILL 5"));

        byte[] passed = through(all.toByteArray(), 777);

        assertThat(passed).endsWith(query("KILL SOFT 5"));
        assertThat(softened).hasValue(1);
        assertThat(passed).hasSize(all.size() + " SOFT".length());
    }

    @Test
    void takesTheRestOfALongPayloadForNoCommand() throws RefusedException {
        byte[] first = new byte[Packets.MOST];
        first[0] = Command.QUERY;
        byte[] bytes =
                join(
                        Packets.packet(0, first),
                        Packets.packet(0, new byte[] {0x12, 1, 2, 3}),
                        query("KILL 5"));

        byte[] passed = through(bytes, 60_000);

        assertThat(passed).hasSize(bytes.length + " SOFT".length()).endsWith(query("KILL SOFT 5"));
    }

    @Test
    void doesNotTakeACommandThatIsTooLongForItsKind() {
        assertThatThrownBy(() -> through(command(Command.CHANGE_USER, new byte[20_000]), 30_000))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> through(command(Command.PROCESS_KILL, new byte[3]), 30))
                .isInstanceOf(RefusedException.class);
    }

    /// Garbage passes to the server, whose it is to judge, or is refused; the same in whatever pieces it comes.
    @Test
    void staysCalmWhateverItIsGiven() {
        long seed = Long.getLong("flotilla.test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            for (int i = 1; i < bytes.length; i += 1 + random.nextInt(30)) {
                // Short packets, so that many of them fit.
                bytes[i] = 0;
            }
            assertThat(outcome(bytes, 1 + random.nextInt(50)))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(outcome(bytes, bytes.length + 1));
        }
    }

    private String outcome(byte[] bytes, int piece) {
        try {
            return Arrays.toString(through(bytes, piece));
        } catch (RefusedException e) {
            return e.refusal().message();
        }
    }
}
