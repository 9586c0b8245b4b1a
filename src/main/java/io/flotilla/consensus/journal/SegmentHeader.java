package io.flotilla.consensus.journal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The first bytes of a segment, written and synced before the file gets its name, never changed.
///
/// @param sequence the number in the file's name; the segments of a log have consecutive numbers
/// @param base whether history begins here: older segments are dead (a new log, or a reset one)
/// @param firstIndex index of its first record
/// @param chainStart CRC of the record before its first (0 at a base)
record SegmentHeader(UUID logId, long sequence, boolean base, long firstIndex, int chainStart) {
    static final int BYTES = 64;
    private static final long MAGIC = 0x464c4f54_4a524e4cL; // FLOTJRNL
    private static final int VERSION = 1;

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(base ? 1 : 0);
        bytes.putLong(logId.getMostSignificantBits()).putLong(logId.getLeastSignificantBits());
        bytes.putLong(sequence).putLong(firstIndex).putInt(chainStart);
        return bytes.putInt(BYTES - 4, checksum(bytes.array())).position(BYTES).flip();
    }

    static SegmentHeader decode(byte[] all, Path path) throws JournalException {
        ByteBuffer bytes = ByteBuffer.wrap(all);
        if (bytes.getLong() != MAGIC) {
            throw new CorruptJournalException(
                    path + " is damaged: it does not begin like a segment");
        }
        int version = bytes.getInt();
        if (bytes.getInt(BYTES - 4) != checksum(all)) {
            throw new CorruptJournalException(
                    path + " is damaged: the checksum of its header is wrong");
        }
        // A newer format keeps magic, version and checksum in place, so that it is named, not
        // called damaged.
        if (version > VERSION) {
            throw new NewerFormatException(
                    path
                            + " has format "
                            + version
                            + "; this program knows "
                            + VERSION
                            + " and older");
        }
        boolean base = bytes.getInt() == 1;
        UUID logId = new UUID(bytes.getLong(), bytes.getLong());
        return new SegmentHeader(logId, bytes.getLong(), base, bytes.getLong(), bytes.getInt());
    }

    private static int checksum(byte[] all) {
        CRC32C crc = new CRC32C();
        crc.update(all, 0, BYTES - 4);
        return (int) crc.getValue();
    }
}
