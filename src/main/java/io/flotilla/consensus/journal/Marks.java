package io.flotilla.consensus.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What is noted in a segment after it was begun: two slots, a sector each, written in turn, the younger one counts.
///
/// A slot that is damaged or torn falls back to the older one, which is safe: `durable` and `successor` only say that
/// something *must* exist, so an older value refuses less, never more; and a cut that is not readable was never
/// reported as done.
///
/// @param generation counts the writes; its lowest bit chooses the slot
/// @param durable an index known to be on disk when this was written: a start that finds less refuses
/// @param successor the next segment exists
/// @param cutFrom from here on the records were cut off and are being overwritten with zeros, up to `cutTo`; 0 when no
///     cut is under way
record Marks(long generation, long durable, boolean successor, long cutFrom, long cutTo) {
    static final int BYTES = 48;
    static final Marks NONE = new Marks(0, 0, false, 0, 0);
    private static final int FIRST_SLOT = 1024;
    private static final int SLOT_DISTANCE = 1024;

    Marks durable(long index) {
        return new Marks(generation + 1, index, successor, cutFrom, cutTo);
    }

    Marks durable(long index, boolean followed) {
        return new Marks(generation + 1, index, followed, cutFrom, cutTo);
    }

    Marks cut(long from, long to, long lastKept) {
        return new Marks(generation + 1, lastKept, false, from, to);
    }

    Marks cutDone() {
        return new Marks(generation + 1, durable, successor, 0, 0);
    }

    boolean cutting() {
        return cutFrom != 0;
    }

    int position() {
        return position(generation);
    }

    private static int position(long generation) {
        return FIRST_SLOT + (int) (generation % 2) * SLOT_DISTANCE;
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(generation).putLong(durable).putInt(successor ? 1 : 0).putLong(cutFrom);
        bytes.putLong(cutTo);
        return bytes.putInt(BYTES - 4, checksum(bytes)).position(BYTES).flip();
    }

    /// The younger readable slot in a segment's first block.
    static Marks youngest(ByteBuffer block) {
        Marks even = decode(block, 0).orElse(NONE);
        Marks odd = decode(block, 1).orElse(NONE);
        return even.generation > odd.generation ? even : odd;
    }

    private static Optional<Marks> decode(ByteBuffer block, int slot) {
        ByteBuffer bytes = block.slice(position(slot), BYTES);
        if (bytes.getInt(BYTES - 4) != checksum(bytes) || bytes.getLong(0) % 2 != slot) {
            return Optional.empty();
        }
        return Optional.of(
                new Marks(
                        bytes.getLong(0),
                        bytes.getLong(8),
                        bytes.getInt(16) == 1,
                        bytes.getLong(20),
                        bytes.getLong(28)));
    }

    /// Seeded, so that an empty slot is not a valid one.
    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update('M');
        crc.update(bytes.slice(0, BYTES - 4));
        return (int) crc.getValue();
    }
}
