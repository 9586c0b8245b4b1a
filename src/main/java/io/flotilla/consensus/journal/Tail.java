package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What lies behind the last good record of the last segment: nothing, the rest of a write that a crash interrupted, or
/// damage to something that had been acknowledged.
///
/// A write that was interrupted has sectors that never reached the disk, which still hold the zeros of the preallocated
/// file; which ones is up to the disk. So three things are damage:
/// - a later record of a later *batch*: the batch before had been synced by then;
/// - a whole record that does not continue the chain: nothing of ours writes that;
/// - a bad record no part of which is missing: its bytes were changed.
///
/// What cannot be told apart (an acknowledged last record whose sectors became zero) is left to the durable mark.
final class Tail {
    /// The unit a disk writes as a whole, at the least.
    private static final int SECTOR = 512;

    private static final int BLOCK = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(BLOCK);

    private final Segment segment;
    private final Window window;
    private final long from;
    private final long lastUsed;

    private Tail(Segment segment, long lastUsed) {
        this.segment = segment;
        this.window = segment.window(segment.capacity());
        this.from = segment.end();
        this.lastUsed = lastUsed;
    }

    /// A torn write: cut off at `from`, zeros from `to` on.
    record Torn(long from, long to) {}

    /// Judges what follows `segment.end()`.
    static Optional<Torn> judge(Segment segment) throws IOException {
        long lastUsed = lastUsed(segment);
        if (lastUsed < segment.end()) {
            return Optional.empty();
        }
        return Optional.of(new Tail(segment, lastUsed).judge());
    }

    private Torn judge() throws IOException {
        refuseWhatContinues();
        if (!partMissing()) {
            throw damaged(
                    "its bytes were changed (no part of it is missing, as after a torn write)");
        }
        return new Torn(from, lastUsed + 1);
    }

    private void refuseWhatContinues() throws IOException {
        long expected = segment.nextIndex();
        for (long at = from; at <= lastUsed; at += Frame.ALIGN) {
            Frame frame = SegmentScan.intactAt(window, at, segment.tag());
            if (frame != null && at == from) {
                throw damaged(
                        "a record of another chain (index " + frame.index() + ") stands there");
            }
            if (frame != null && frame.batchFirst() > expected) {
                throw damaged(
                        "record " + frame.index() + ", written after it was synced, follows it");
            }
        }
    }

    private boolean partMissing() throws IOException {
        @Nullable Frame frame = SegmentScan.headerAt(window, from, segment.tag());
        long length = frame == null ? Frame.HEADER : Frame.HEADER + frame.payloadLength();
        boolean endMissing = lastUsed < from + length - 1;
        return endMissing || emptySector(from, from + length);
    }

    /// Whether the part of some sector that lies in a range is all zero.
    private boolean emptySector(long start, long end) throws IOException {
        for (long at = start; at < end; at = (at / SECTOR + 1) * SECTOR) {
            int length = (int) (Math.min((at / SECTOR + 1) * SECTOR, end) - at);
            if (!window.has(at, length)
                    || zero(window.load(at, length), window.offset(at), length)) {
                return true;
            }
        }
        return false;
    }

    private CorruptJournalException damaged(String how) {
        return new CorruptJournalException(
                segment.path()
                        + " is damaged at byte "
                        + from
                        + ", record "
                        + segment.nextIndex()
                        + ": "
                        + how
                        + "; the log is neither served nor shortened");
    }

    /// The last byte of the file that is not zero.
    private static long lastUsed(Segment segment) throws IOException {
        Window window = segment.window(segment.capacity());
        long last = -1;
        for (long at = segment.end(); at < segment.capacity(); at += BLOCK) {
            int length = (int) Math.min(BLOCK, segment.capacity() - at);
            ByteBuffer block = window.load(at, length).slice(window.offset(at), length);
            if (block.mismatch(ZEROS.slice(0, length)) >= 0) {
                last = at + lastUsed(block);
            }
        }
        return last;
    }

    private static int lastUsed(ByteBuffer block) {
        int at = block.limit() - 1;
        while (block.get(at) == 0) {
            at--;
        }
        return at;
    }

    private static boolean zero(ByteBuffer bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes.get(offset + i) != 0) {
                return false;
            }
        }
        return true;
    }
}
