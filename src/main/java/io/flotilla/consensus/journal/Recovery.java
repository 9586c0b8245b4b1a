package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the log again after a stop of any kind: a torn tail is cut off and said aloud, anything else that is not what
/// was written is refused.
///
/// The youngest segment says what the log is: from it backwards, by consecutive numbers, to the segment that holds the
/// first index kept, or to a base. What is older was given up and is deleted.
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final SegmentFiles files;
    private final Bounds bounds;
    private final List<Segment> live = new ArrayList<>();

    private Recovery(SegmentFiles files, Bounds bounds) {
        this.files = files;
        this.bounds = bounds;
    }

    /// @param live oldest first, all records found
    record Found(List<Segment> live, long firstIndex) {}

    static Found run(SegmentFiles files, Bounds bounds) throws IOException {
        Recovery recovery = new Recovery(files, bounds);
        try {
            return recovery.find();
        } catch (IOException e) {
            for (Segment segment : recovery.live) {
                segment.close();
            }
            throw e;
        }
    }

    private Found find() throws IOException {
        NavigableMap<Long, Path> present = files.list();
        openChain(present);
        for (int i = 0; i + 1 < live.size(); i++) {
            scanClosed(live.get(i), live.get(i + 1));
        }
        scanLast(live.getLast());
        long first =
                Math.max(
                        bounds.firstIndex(),
                        live.getFirst().header().base() ? live.getFirst().firstIndex() : 0);
        if (first > live.getLast().nextIndex()) {
            throw lost("the log was cut at the front up to " + first, live.getLast());
        }
        if (first != bounds.firstIndex()) {
            new Bounds(bounds.logId(), first).write(files.directory(), files.disk());
        }
        for (Path old : present.headMap(live.getFirst().header().sequence()).values()) {
            log.info("deleting {}, which was given up", old);
            files.delete(old);
        }
        return new Found(live, first);
    }

    private void openChain(NavigableMap<Long, Path> present) throws IOException {
        if (present.isEmpty()) {
            throw new MissingStateException(
                    files.directory()
                            + " holds no segment: this node has lost its log, and does not vote as"
                            + " if nothing had happened");
        }
        long number = present.lastKey();
        do {
            Path path = present.get(number);
            if (path == null) {
                throw new CorruptJournalException(
                        files.directory()
                                + ": segment "
                                + number
                                + " is missing; records from "
                                + bounds.firstIndex()
                                + " on are needed");
            }
            live.addFirst(open(path, number));
            number--;
        } while (!reachesBack(live.getFirst()));
    }

    private boolean reachesBack(Segment oldest) {
        return oldest.header().base() || oldest.firstIndex() <= bounds.firstIndex();
    }

    private Segment open(Path path, long number) throws IOException {
        Segment segment = Segment.open(files.disk(), path);
        if (!segment.header().logId().equals(bounds.logId())
                || segment.header().sequence() != number) {
            segment.close();
            throw new MissingStateException(
                    path
                            + " belongs to another log, or stood under another name: it is not this"
                            + " node's");
        }
        return segment;
    }

    private static void scanClosed(Segment segment, Segment next) throws IOException {
        SegmentScan scan = new SegmentScan(segment, segment.capacity());
        while (segment.nextIndex() < next.firstIndex()) {
            Frame frame = scan.next();
            if (frame == null) {
                throw new CorruptJournalException(
                        "%s is damaged at byte %d, record %d: %s; the segment was complete once"
                                .formatted(
                                        segment.path(),
                                        scan.at(),
                                        segment.nextIndex(),
                                        scan.stopped()));
            }
            segment.found(frame);
        }
        if (segment.nextIndex() != next.firstIndex()
                || segment.lastCrc() != next.header().chainStart()) {
            throw new CorruptJournalException(
                    next.path()
                            + " does not continue "
                            + segment.path()
                            + ": it begins at "
                            + next.firstIndex());
        }
    }

    private void scanLast(Segment segment) throws IOException {
        if (segment.marks().cutting()) {
            log.info("{}: finishing a cut that was interrupted", segment.path());
            segment.finishCut();
        }
        SegmentScan scan = new SegmentScan(segment, segment.capacity());
        Frame frame;
        while ((frame = scan.next()) != null) {
            segment.found(frame);
        }
        var torn = Tail.judge(segment);
        if (segment.marks().durable() >= segment.nextIndex()) {
            throw lost(
                    "records up to %d were on disk, in %s"
                            .formatted(segment.marks().durable(), segment.path()),
                    segment);
        }
        if (segment.marks().successor()) {
            throw lost("another segment followed " + segment.path(), segment);
        }
        if (torn.isPresent()) {
            cutTorn(segment, torn.get());
        }
    }

    private static void cutTorn(Segment segment, Tail.Torn torn) throws IOException {
        log.warn(
                "TORN WRITE in {}: the log ends with record {}; {} bytes after it, from byte {} on,"
                        + " belong to a write that a crash interrupted before it was acknowledged, and"
                        + " are cut off",
                segment.path(),
                segment.nextIndex() - 1,
                torn.to() - torn.from(),
                torn.from());
        segment.zero(torn.from(), torn.to());
    }

    private CorruptJournalException lost(String had, Segment last) {
        return new CorruptJournalException(
                "%s: %s, but the log now ends with record %d: acknowledged records are gone"
                        .formatted(files.directory(), had, last.nextIndex() - 1));
    }
}
