package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a real server sent to a semi-synchronous replica, byte for byte; [StreamRecorder] says what was done there.
final class RecordedStreamTest {
    private static final int ROUNDS = Integer.getInteger("flotilla.test.rounds", 400);

    @Test
    void isCutIntoItsTransactions() throws IOException {
        StreamReading reading = new StreamReading(true, Gtid.NONE).read(StreamReading.recorded());

        List<Slice> ends = reading.ends();
        assertThat(ends)
                .extracting(slice -> slice.gtid().seq())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(ends).allMatch(slice -> slice.first() && slice.gtid().serverId() == 1);
        assertThat(ends)
                .extracting(Slice::gated)
                .containsExactly(true, false, false, true, false, true, true, true, false);
        assertThat(ends.get(5).flags() & Slice.PREPARED_XA).isNotZero();
        assertThat(ends.get(6).flags() & Slice.COMPLETED_XA).isNotZero();
        assertThat(reading.left()).isZero();
    }

    @Test
    void saysWhereEachTransactionEnds() throws IOException {
        StreamReading reading = new StreamReading(true, Gtid.NONE).read(StreamReading.recorded());

        List<BinlogPosition> ends = reading.ends().stream().map(Slice::end).toList();
        assertThat(ends).isSorted();
        assertThat(ends.getFirst().file()).isEqualTo("bin.000001");
        assertThat(ends.getLast().file()).isEqualTo("bin.000002");
    }

    @Test
    void keepsTheFormatAsTheServerWroteIt() throws IOException {
        StreamReading reading = new StreamReading(true, Gtid.NONE).read(StreamReading.recorded());

        Events.checkFormat(reading.stream.format());
    }

    @Test
    void readsTheSameHoweverItsBytesCome() throws IOException {
        List<Slice> whole =
                new StreamReading(true, Gtid.NONE).read(StreamReading.recorded()).slices;
        Random random = new Random(7);

        List<Slice> pieces =
                new StreamReading(true, Gtid.NONE)
                        .read(StreamReading.recorded(), room -> random.nextInt(1, 40))
                        .slices;

        assertThat(pieces)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(whole);
    }

    @Test
    void leavesOutWhatIsKnown() throws IOException {
        StreamReading reading =
                new StreamReading(true, new Gtid(0, 1, 6)).read(StreamReading.recorded());

        assertThat(reading.ends())
                .extracting(slice -> slice.gtid().seq())
                .containsExactly(7L, 8L, 9L);
    }

    @Test
    void refusesAGap() throws IOException {
        byte[] bytes = StreamReading.recorded();
        // a stream that begins at 1 has nothing to say to somebody who knows nothing of domain 5
        StreamReading reading = new StreamReading(true, new Gtid(5, 1, 3));

        assertThatThrownBy(() -> reading.read(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("0-1-1 after 5-1-3");
    }

    @Test
    void refusesAnyOneWrongByteOfATransactionBeforeItsEnd() throws IOException {
        byte[] bytes = StreamReading.recorded();
        List<Slice> right = new StreamReading(true, Gtid.NONE).read(bytes).slices;
        Random random = new Random(11);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] wrong = bytes.clone();
            wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
            StreamReading reading = new StreamReading(true, Gtid.NONE);
            try {
                reading.read(wrong);
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(ProtocolException.class, RefusedException.class);
            }
            assertThat(reading.slices.size()).isLessThanOrEqualTo(right.size());
            for (int j = 0; j < reading.slices.size(); j++) {
                assertThat(reading.slices.get(j).bytes()).isEqualTo(right.get(j).bytes());
            }
        }
    }

    @Test
    void refusesGarbageWithAClearExceptionAndWithoutMuchMemory() throws IOException {
        byte[] bytes = StreamReading.recorded();
        Random random = new Random(13);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] wrong = bytes.clone();
            int from = random.nextInt(wrong.length);
            int count = Math.min(random.nextInt(1, 30), wrong.length - from);
            for (int at = from; at < from + count; at++) {
                wrong[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            try {
                new StreamReading(true, Gtid.NONE).read(wrong);
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(ProtocolException.class, RefusedException.class);
            }
        }
    }
}
