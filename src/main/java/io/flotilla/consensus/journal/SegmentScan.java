package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Walks a segment's frames from its beginning, checking header, payload and chain.
final class SegmentScan {
    private final Window window;
    private final int tag;
    private long at = Segment.DATA_START;
    private long nextIndex;
    private int previousCrc;
    private long previousTerm;
    private String stopped = "";

    SegmentScan(Segment segment, long limit) {
        this.window = segment.window(limit);
        this.tag = segment.tag();
        this.nextIndex = segment.firstIndex();
        this.previousCrc = segment.header().chainStart();
    }

    /// The next frame in the chain, or null where it ends, well or badly.
    @Nullable Frame next() throws IOException {
        Frame frame = intactAt(window, at, tag);
        if (frame == null) {
            stopped = "no intact record there";
            return null;
        }
        if (frame.index() != nextIndex
                || frame.previousCrc() != previousCrc
                || frame.term() < previousTerm) {
            stopped =
                    "the record there is of index "
                            + frame.index()
                            + ", term "
                            + frame.term()
                            + ", of another chain";
            return null;
        }
        nextIndex++;
        previousCrc = frame.crc();
        previousTerm = frame.term();
        at += frame.size();
        return frame;
    }

    /// The frame at a position of a file, or null if there is none that is whole.
    static @Nullable Frame intactAt(Window window, long at, int tag) throws IOException {
        Frame frame = headerAt(window, at, tag);
        if (frame == null || !window.has(at, frame.size())) {
            return null;
        }
        ByteBuffer bytes = window.load(at, (int) frame.size());
        return frame.intact(bytes, window.offset(at)) ? frame : null;
    }

    static @Nullable Frame headerAt(Window window, long at, int tag) throws IOException {
        if (!window.has(at, Frame.HEADER)) {
            return null;
        }
        ByteBuffer bytes = window.load(at, Frame.HEADER);
        int offset = window.offset(at);
        return Frame.headerAt(bytes, offset, tag) ? Frame.at(bytes, offset) : null;
    }

    /// Where the chain ended.
    long at() {
        return at;
    }

    /// Why it did.
    String stopped() {
        return stopped;
    }

    /// The record of the frame that [#next] gave last.
    JournalRecord record(Frame frame) throws IOException {
        long from = at - frame.size();
        return frame.record(window.load(from, (int) frame.size()), window.offset(from));
    }
}
