package io.flotilla.consensus.journal;

import java.time.Duration;

/// The limits of a journal.
///
/// @param segmentBytes size of one preallocated segment file. Too small: many files and directory syncs; too large: disk
///     space held by a nearly empty log (two segments at most are unused). A record that does not fit gets a segment of
///     its own size.
/// @param maxRecordBytes the largest payload accepted. It bounds the memory of a reader
/// @param retention how long entries cut off at the front stay readable for a reader that was already on its way
///     (a reader that finds nothing puts a healthy leader out of service: the library takes it for corruption)
/// @param durableMarkEvery how often the journal notes in the segment how far it is durable, so that a start after
///     damage can tell acknowledged entries from a torn tail. It costs one more block in one write
public record JournalSettings(
        int segmentBytes, int maxRecordBytes, Duration retention, Duration durableMarkEvery) {
    public static final int DEFAULT_SEGMENT_BYTES = 32 << 20;
    public static final int DEFAULT_MAX_RECORD_BYTES = 64 << 20;
    public static final Duration DEFAULT_RETENTION = Duration.ofSeconds(30);
    public static final Duration DEFAULT_DURABLE_MARK_EVERY = Duration.ofSeconds(1);

    public JournalSettings {
        if (segmentBytes < 8 << 10 || segmentBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "segment of " + segmentBytes + " bytes: 8 KiB to 1 GiB");
        }
        if (maxRecordBytes < 1 || maxRecordBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "record of " + maxRecordBytes + " bytes: up to 1 GiB");
        }
    }

    public static JournalSettings defaults() {
        return new JournalSettings(
                DEFAULT_SEGMENT_BYTES,
                DEFAULT_MAX_RECORD_BYTES,
                DEFAULT_RETENTION,
                DEFAULT_DURABLE_MARK_EVERY);
    }

    public JournalSettings withSegmentBytes(int bytes) {
        return new JournalSettings(bytes, maxRecordBytes, retention, durableMarkEvery);
    }

    public JournalSettings withRetention(Duration duration) {
        return new JournalSettings(segmentBytes, maxRecordBytes, duration, durableMarkEvery);
    }

    public JournalSettings withDurableMarkEvery(Duration duration) {
        return new JournalSettings(segmentBytes, maxRecordBytes, retention, duration);
    }
}
