package io.flotilla.binlog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// An event that is carried over in parts, as its bytes come, over any number of packets.
final class LargeEvent {
    private final Parts parts;
    private final CRC32 crc = new CRC32();
    private final byte[] checksum = new byte[Events.CRC_BYTES];

    private @Nullable EventHeader header;
    private int left;
    private int packetLeft;
    private boolean packetContinues;
    private boolean open;

    /// Takes the bytes; called for each part in order.
    interface Parts {
        void take(ByteBuffer in, int at, int length);
    }

    LargeEvent(Parts parts) {
        this.parts = parts;
    }

    /// The position of the stream is at the event's first byte.
    ///
    /// @param firstPacket how many bytes of the event are in the packet that is begun
    /// @param continues whether another packet follows that one
    void begin(EventHeader header, int firstPacket, boolean continues) {
        this.header = header;
        left = header.length();
        packetLeft = firstPacket;
        packetContinues = continues;
        open = true;
        crc.reset();
    }

    /// Whether the event, or the empty packet behind it, is still to come.
    boolean open() {
        return open;
    }

    EventHeader header() {
        if (header == null) {
            throw new IllegalStateException("no large event was begun");
        }
        return header;
    }

    /// Whether the checksum of the event that has ended is right.
    boolean intact() {
        return crc.getValue() == LittleEndian.u32(checksum, 0);
    }

    /// Carries over what is there.
    ///
    /// @return false if nothing was, or too little
    boolean step(ByteBuffer in) throws ProtocolException {
        if (packetLeft == 0) {
            return nextPacket(in);
        }
        int part = Math.min(in.remaining(), packetLeft);
        if (part == 0) {
            return false;
        }
        int at = in.position();
        checksum(in, at, part);
        in.position(at + part);
        parts.take(in, at, part);
        left -= part;
        packetLeft -= part;
        if (left == 0 && !packetContinues) {
            open = false;
        }
        return true;
    }

    private boolean nextPacket(ByteBuffer in) throws ProtocolException {
        if (in.remaining() < PacketHeader.BYTES) {
            return false;
        }
        int payload = PacketHeader.payload(in, in.position());
        if (payload != Math.min(left, PacketHeader.MAX_PAYLOAD)) {
            throw new ProtocolException(
                    "a packet of " + payload + " bytes continues an event that lacks " + left);
        }
        in.position(in.position() + PacketHeader.BYTES);
        packetLeft = payload;
        packetContinues = payload == PacketHeader.MAX_PAYLOAD;
        if (left == 0) {
            open = false;
        }
        return true;
    }

    /// Everything goes into the checksum but its own four bytes, which may come in parts too.
    private void checksum(ByteBuffer in, int at, int length) {
        int covered = Math.clamp(left - Events.CRC_BYTES, 0, length);
        int limit = in.limit();
        in.limit(at + covered).position(at);
        crc.update(in);
        in.limit(limit);
        for (int i = covered; i < length; i++) {
            checksum[Events.CRC_BYTES - (left - i)] = in.get(at + i);
        }
    }
}
