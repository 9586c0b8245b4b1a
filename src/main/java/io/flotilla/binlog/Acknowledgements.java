package io.flotilla.binlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The replica's answers to the server, in order and never backwards.
///
/// When the socket takes no more, the newest position waits for it: one acknowledgement stands for all before it.
final class Acknowledgements {
    private static final byte MAGIC = (byte) 0xef;

    private final ServerLink link;
    private final ByteBuffer packet =
            ByteBuffer.allocateDirect(PacketHeader.BYTES + 9 + Events.MAX_FILE_NAME)
                    .order(ByteOrder.LITTLE_ENDIAN);

    private @Nullable BinlogPosition newest;
    private @Nullable BinlogPosition written;
    private long count;

    Acknowledgements(ServerLink link) {
        this.link = link;
        packet.limit(0);
    }

    synchronized long count() {
        return count;
    }

    /// @return false if something could not be written yet: [#flush] must be called when it can
    synchronized boolean add(BinlogPosition end) throws IOException {
        if (newest != null && end.compareTo(newest) <= 0) {
            return true;
        }
        newest = end;
        return flush();
    }

    /// @return whether nothing is left
    synchronized boolean flush() throws IOException {
        while (true) {
            if (packet.hasRemaining()) {
                link.write(packet);
            }
            if (packet.hasRemaining()) {
                return false;
            }
            if (newest == null || newest.equals(written)) {
                return true;
            }
            encode(newest);
            written = newest;
            count++;
        }
    }

    private void encode(BinlogPosition end) {
        byte[] name = end.file().getBytes(StandardCharsets.UTF_8);
        packet.clear();
        // a packet of its own, with sequence number 0; no zero after the name
        packet.putInt(1 + Long.BYTES + name.length);
        packet.put(MAGIC).putLong(end.offset()).put(name).flip();
    }
}
