package io.flotilla.binlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Puts the events of transactions, which come in slices cut anywhere, into packets for a replica.
///
/// Each event gets a new end position, counted over all events sent, and so a new checksum; the slices stay as they
/// are. An event that lies whole in its slice is copied in one piece, another one is carried over in parts.
final class EventRewriter {
    /// Larger events are carried over in parts; far below the output's buffer.
    private static final int WHOLE_EVENT = 64 << 10;

    private final FeedOutput out;
    private final CRC32 crc = new CRC32();
    private final byte[] header = new byte[Events.HEADER_BYTES];

    private long position;
    private int headerFill;

    /// Bytes of the event that are still to come; 0 between events.
    private int left;

    private long packetLeft;
    private boolean packetFull;
    private long payloadLeft;

    EventRewriter(FeedOutput out) {
        this.out = out;
    }

    /// Where the last event ends, as the replica sees it.
    long position() {
        return position;
    }

    /// The replica was told to count from here.
    void position(long position) {
        this.position = position;
    }

    /// Whether the last event is not complete.
    boolean insideEvent() {
        return left > 0 || headerFill > 0;
    }

    /// Sends the events in `bytes`, and the part of one at its end.
    void write(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            if (left > 0) {
                at += body(bytes, at, Math.min(left, bytes.length - at));
            } else if (headerFill == 0 && wholeAt(bytes, at)) {
                at += whole(bytes, at);
            } else {
                at += header(bytes, at);
            }
        }
    }

    private static boolean wholeAt(byte[] bytes, int at) throws ProtocolException {
        if (bytes.length - at < Events.HEADER_BYTES) {
            return false;
        }
        int length = EventHeader.read(bytes, at).length();
        return length <= Math.min(WHOLE_EVENT, bytes.length - at);
    }

    private int whole(byte[] bytes, int at) throws IOException {
        int length = Events.length(bytes, at);
        position += length;
        out.reserve(PacketHeader.BYTES + 1 + length);
        out.header(1 + length);
        out.u8(PacketHeader.OK);
        ByteBuffer buffer = out.buffer();
        int event = buffer.position();
        int end = event + length - Events.CRC_BYTES;
        buffer.put(bytes, at, length - Events.CRC_BYTES);
        buffer.putInt(event + Events.END_LOG_POS_OFFSET, (int) position);
        crc.reset();
        buffer.limit(end).position(event);
        crc.update(buffer);
        buffer.limit(buffer.capacity());
        buffer.putInt((int) crc.getValue());
        return length;
    }

    private int header(byte[] bytes, int at) throws IOException {
        int part = Math.min(Events.HEADER_BYTES - headerFill, bytes.length - at);
        System.arraycopy(bytes, at, header, headerFill, part);
        headerFill += part;
        if (headerFill == Events.HEADER_BYTES) {
            begin(EventHeader.read(header, 0).length());
        }
        return part;
    }

    private void begin(int length) throws IOException {
        position += length;
        LittleEndian.put32(header, Events.END_LOG_POS_OFFSET, position);
        headerFill = 0;
        left = length - Events.HEADER_BYTES;
        payloadLeft = 1L + length;
        nextPacket();
        crc.reset();
        crc.update(header);
        out.reserve(1);
        out.u8(PacketHeader.OK);
        packetLeft--;
        payloadLeft--;
        payload(header, 0, header.length);
    }

    private void nextPacket() throws IOException {
        packetLeft = Math.min(payloadLeft, PacketHeader.MAX_PAYLOAD);
        packetFull = packetLeft == PacketHeader.MAX_PAYLOAD;
        out.reserve(PacketHeader.BYTES);
        out.header((int) packetLeft);
    }

    private int body(byte[] bytes, int at, int count) throws IOException {
        int covered = Math.clamp(left - Events.CRC_BYTES, 0, count);
        crc.update(bytes, at, covered);
        payload(bytes, at, covered);
        left -= count;
        if (left == 0) {
            // the old checksum's bytes were left out
            LittleEndian.put32(header, 0, crc.getValue());
            payload(header, 0, Events.CRC_BYTES);
        }
        return count;
    }

    private void payload(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        int end = from + count;
        while (at < end) {
            int part = (int) Math.min(end - at, packetLeft);
            out.bytes(bytes, at, part);
            at += part;
            packetLeft -= part;
            payloadLeft -= part;
            // a full packet is followed by another one, even by an empty one
            if (packetLeft == 0 && packetFull) {
                nextPacket();
            }
        }
    }
}
