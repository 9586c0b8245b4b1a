package io.flotilla.consensus.journal;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A walk over the records that were there when it began; one thread at a time. It ends early where the log was cut
/// meanwhile.
public final class JournalScan {
    private final Segments segments;
    private final long last;
    private long at;
    private @Nullable Segment segment;
    private @Nullable Window window;

    JournalScan(Segments segments, long from, long last) {
        this.segments = segments;
        this.at = from;
        this.last = last;
    }

    /// The next record, or null at the end.
    ///
    /// @throws CorruptJournalException if what is on disk is not what was written
    public @Nullable JournalRecord next() throws IOException {
        if (at > last) {
            return null;
        }
        Optional<Segment> holder = segments.holding(at);
        if (holder.isEmpty()) {
            return null;
        }
        Optional<JournalRecord> record = holder.get().read(at, windowOf(holder.get()));
        at++;
        return record.orElse(null);
    }

    private Window windowOf(Segment holder) {
        Window open = window;
        if (open == null || holder != segment) {
            open = holder.window(holder.capacity());
            segment = holder;
            window = open;
        }
        return open;
    }
}
