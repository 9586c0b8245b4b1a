package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What the feed writes is what the tap reads.
final class EventRewriterTest {
    private static final Gtid BEFORE = new Gtid(0, 1, 41);

    @Test
    void givesTheEventsNewPositionsAndOtherwiseAsTheyAre() throws IOException {
        byte[] events = transaction(100, 3000);

        Slice read = through(cut(events, events.length)).getFirst();

        assertThat(read.bytes()).hasSameSizeAs(events);
        assertThat(LittleEndian.u32(read.bytes(), Events.END_LOG_POS_OFFSET))
                .isEqualTo(1004 + LittleEndian.u32(events, Events.LENGTH_OFFSET));
        assertThat(withoutPositions(read.bytes())).isEqualTo(withoutPositions(events));
        assertThat(read.end().offset()).isEqualTo(1004 + events.length);
    }

    @Test
    void doesNotChangeWhatItWasGiven() throws IOException {
        byte[] events = transaction(100);
        byte[] copy = events.clone();

        through(cut(events, events.length));

        assertThat(events).isEqualTo(copy);
    }

    @Test
    void putsEventsTogetherThatWereCutAnywhere() throws IOException {
        byte[] events = transaction(100, 3000, 70_000, 23, 500);
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            List<Slice> read = through(cut(events, random.nextInt(1, 3000)));

            assertThat(withoutPositions(join(read))).isEqualTo(withoutPositions(events));
        }
    }

    @Test
    void splitsPacketsWhereTheProtocolWantsIt() throws IOException {
        int full = PacketHeader.MAX_PAYLOAD - 1;
        for (int length : new int[] {full - 1, full, full + 1, 2 * PacketHeader.MAX_PAYLOAD - 1}) {
            byte[] events = transaction(length);

            List<Slice> read = through(cut(events, Slice.MAX_BYTES));

            assertThat(Arrays.equals(withoutPositions(join(read)), withoutPositions(events)))
                    .isTrue();
        }
    }

    @Test
    void refusesAnEventWithAnImpossibleLength() {
        byte[] events = transaction(100);
        LittleEndian.put32(events, Events.LENGTH_OFFSET, 7);

        assertThatThrownBy(() -> through(cut(events, events.length)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("length of 7");
    }

    @Test
    void refusesOrPassesOnGarbageButNothingElse() {
        Random random = new Random(17);
        for (int i = 0; i < 2000; i++) {
            byte[] garbage = new byte[random.nextInt(1, 400)];
            random.nextBytes(garbage);
            // lengths that may be, so that some of it is taken for events
            for (int at = 11; at < garbage.length; at += 5) {
                garbage[at] = 0;
            }
            EventRewriter rewriter =
                    new EventRewriter(
                            new FeedOutput(
                                    Channels.newChannel(new ByteArrayOutputStream()),
                                    new AtomicLong()));
            try {
                rewriter.write(garbage);
            } catch (IOException e) {
                assertThat(e).isInstanceOf(ProtocolException.class);
            }
        }
    }

    /// Sends the slices as a feed does, and reads what comes as a tap does.
    private static List<Slice> through(List<byte[]> slices) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FeedOutput out = new FeedOutput(Channels.newChannel(bytes), new AtomicLong());
        EventRewriter rewriter = new EventRewriter(out);
        rewriter.position(1004);
        rotate(out, 1004);
        for (byte[] slice : slices) {
            rewriter.write(slice);
        }
        out.flush();
        return new StreamReading(false, BEFORE).read(bytes.toByteArray()).slices;
    }

    private static void rotate(FeedOutput out, long position) throws IOException {
        byte[] rotate = Events.blank(Events.ROTATE, 1, 8 + 3);
        LittleEndian.put64(rotate, Events.ROTATE_POSITION_OFFSET, position);
        Arrays.fill(rotate, Events.ROTATE_NAME_OFFSET, Events.ROTATE_NAME_OFFSET + 3, (byte) 'f');
        Events.seal(rotate);
        for (byte[] event : List.of(rotate, TestEvents.format())) {
            out.packet(new Payload().u8(0).raw(event).toBytes());
        }
    }

    /// A GTID event, events of these lengths, and XID.
    private static byte[] transaction(int... lengths) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] gtid = Events.blank(Events.GTID, 1, 19);
        LittleEndian.put64(gtid, Events.GTID_SEQ_OFFSET, BEFORE.seq() + 1);
        gtid[Events.GTID_FLAGS_OFFSET] = Slice.TRANSACTIONAL;
        Events.seal(gtid);
        bytes.writeBytes(gtid);
        for (int length : lengths) {
            bytes.writeBytes(TestEvents.event(23, length - Events.MIN_BYTES, 77));
        }
        bytes.writeBytes(TestEvents.event(Events.XID, 8, 78));
        return bytes.toByteArray();
    }

    private static List<byte[]> cut(byte[] bytes, int size) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            parts.add(Arrays.copyOfRange(bytes, at, Math.min(at + size, bytes.length)));
        }
        return parts;
    }

    private static byte[] join(List<Slice> slices) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        slices.forEach(slice -> bytes.writeBytes(slice.bytes()));
        return bytes.toByteArray();
    }

    private static byte[] withoutPositions(byte[] events) throws ProtocolException {
        byte[] copy = events.clone();
        for (int at = 0; at < copy.length; ) {
            int length = EventHeader.read(copy, at).length();
            LittleEndian.put32(copy, at + Events.END_LOG_POS_OFFSET, 0);
            LittleEndian.put32(copy, at + length - Events.CRC_BYTES, 0);
            at += length;
        }
        return copy;
    }
}
