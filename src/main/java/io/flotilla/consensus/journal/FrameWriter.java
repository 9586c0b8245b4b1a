package io.flotilla.consensus.journal;

import io.flotilla.consensus.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Gathers a batch, so that it becomes one write (more only above [#BUFFER] bytes).
final class FrameWriter {
    static final int BUFFER = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    /// Writes frames to `file` from `position` on; does not sync.
    ///
    /// @return the CRC of the last one
    int write(
            DiskFile file, long position, Iterable<JournalRecord> records, int previousCrc, int tag)
            throws IOException {
        buffer.clear();
        long at = position;
        int crc = previousCrc;
        int place = 0;
        for (JournalRecord record : records) {
            if (buffer.remaining() < Frame.HEADER) {
                at = flush(file, at);
            }
            crc = Frame.putHeader(buffer, record, crc, place++, tag);
            at = putPayload(file, at, record.payload());
        }
        flush(file, at);
        return crc;
    }

    private long putPayload(DiskFile file, long position, byte[] payload) throws IOException {
        long at = position;
        int done = 0;
        while (done < payload.length) {
            if (!buffer.hasRemaining()) {
                at = flush(file, at);
            }
            int now = Math.min(buffer.remaining(), payload.length - done);
            buffer.put(payload, done, now);
            done += now;
        }
        int padding = (int) (Frame.size(payload.length) - Frame.HEADER - payload.length);
        if (buffer.remaining() < padding) {
            at = flush(file, at);
        }
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
        return at;
    }

    private long flush(DiskFile file, long position) throws IOException {
        int length = buffer.flip().remaining();
        file.write(buffer, position);
        buffer.clear();
        return position + length;
    }
}
