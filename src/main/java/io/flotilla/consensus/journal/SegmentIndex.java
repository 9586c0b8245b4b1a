package io.flotilla.consensus.journal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where each record of a segment begins, and its term: four bytes a record, terms and types as runs. Thread-safe.
final class SegmentIndex {
    private final long firstIndex;
    private int[] offsets = new int[64];
    private int count;
    private int end;
    private long[] runStart = new long[4];
    private long[] runTerm = new long[4];
    private byte[] runType = new byte[4];
    private int runs;

    SegmentIndex(long firstIndex, int dataStart) {
        this.firstIndex = firstIndex;
        this.end = dataStart;
    }

    /// A record's place.
    record Place(int offset, int size, long term) {}

    synchronized void add(long term, byte type, int size) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count + count / 2);
        }
        if (runs == 0 || runTerm[runs - 1] != term || runType[runs - 1] != type) {
            addRun(term, type);
        }
        offsets[count++] = end;
        end += size;
    }

    private void addRun(long term, byte type) {
        if (runs == runStart.length) {
            runStart = Arrays.copyOf(runStart, runs * 2);
            runTerm = Arrays.copyOf(runTerm, runs * 2);
            runType = Arrays.copyOf(runType, runs * 2);
        }
        runStart[runs] = nextIndex();
        runTerm[runs] = term;
        runType[runs++] = type;
    }

    synchronized long nextIndex() {
        return firstIndex + count;
    }

    /// Where the next record goes.
    synchronized int end() {
        return end;
    }

    synchronized Optional<Place> find(long index) {
        if (index < firstIndex || index >= firstIndex + count) {
            return Optional.empty();
        }
        int n = (int) (index - firstIndex);
        int next = n + 1 < count ? offsets[n + 1] : end;
        return Optional.of(new Place(offsets[n], next - offsets[n], term(index)));
    }

    private long term(long index) {
        int run = Arrays.binarySearch(runStart, 0, runs, index);
        return runTerm[run >= 0 ? run : -run - 2];
    }

    /// Adds the indexes of all records of a type, ascending.
    synchronized void collect(byte type, List<Long> into) {
        for (int run = 0; run < runs; run++) {
            long end = run + 1 < runs ? runStart[run + 1] : nextIndex();
            for (long at = runStart[run]; runType[run] == type && at < end; at++) {
                into.add(at);
            }
        }
    }

    /// The term of the last record, 0 if there is none.
    synchronized long lastTerm() {
        return runs == 0 ? 0 : runTerm[runs - 1];
    }

    /// Forgets everything after `lastKept`.
    synchronized void truncate(long lastKept) {
        int kept = (int) Math.max(0, lastKept + 1 - firstIndex);
        if (kept >= count) {
            return;
        }
        end = offsets[kept];
        count = kept;
        while (runs > 0 && runStart[runs - 1] > lastKept) {
            runs--;
        }
    }
}
