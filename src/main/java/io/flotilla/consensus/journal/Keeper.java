package io.flotilla.consensus.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal's one thread of its own: prepares the spare segment, deletes what was given up. Nothing it fails at
/// touches what was acknowledged, so its failures are reported, not fatal; the writer meets them when they matter.
final class Keeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    /// How long to wait before another attempt at a spare, on a disk that is full.
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final SegmentFiles files;
    private final Segments segments;
    private final Duration retention;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("flotilla-journal-keeper").factory());

    Keeper(SegmentFiles files, Segments segments, Duration retention) {
        this.files = files;
        this.segments = segments;
        this.retention = retention;
        // What is left to delete is left to the next start.
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// Prepares the next segment unless it is there, or on its way. Cheap: called with every append.
    void prepareSpare() {
        if (asked.compareAndSet(false, true)) {
            thread.execute(this::prepare);
        }
    }

    private void prepare() {
        try {
            files.prepareSpare();
        } catch (IOException e) {
            log.warn(
                    "{}: no spare segment: {}; trying again in {} s",
                    files.directory(),
                    e.getMessage(),
                    RETRY.toSeconds(),
                    e);
            var _ = thread.schedule(this::spareUsed, RETRY.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /// The spare became a segment (or could not be made, and may be asked for again).
    void spareUsed() {
        asked.set(false);
    }

    void deleteLater(List<Segment> gone) {
        if (!gone.isEmpty()) {
            var _ = thread.schedule(() -> delete(gone), retention.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void delete(List<Segment> gone) {
        segments.forget(gone);
        for (Segment segment : gone) {
            try {
                files.delete(segment);
            } catch (IOException | RuntimeException e) {
                log.warn("{} was given up but not deleted; the next start will", segment.path(), e);
            }
        }
    }

    /// Never interrupts: that would close the file under the work in progress.
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                log.warn("{}: the keeper is still busy with the disk", files.directory());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
