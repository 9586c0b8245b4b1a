package io.flotilla.consensus.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The segments that can be read: the live ones, and those given up a short while ago. Readers take a snapshot; changes
/// come from the writer and, for what is deleted, from the keeper.
final class Segments {
    private volatile Snapshot snapshot;

    Segments(List<Segment> live) {
        this.snapshot = new Snapshot(List.of(), List.copyOf(live));
    }

    private record Snapshot(List<Segment> retired, List<Segment> live) {}

    List<Segment> live() {
        return snapshot.live();
    }

    Segment active() {
        return snapshot.live().getLast();
    }

    /// The segment where `index` is, if it is anywhere: the youngest that begins at or before it, since a reset log may
    /// repeat indexes of the one given up.
    Optional<Segment> holding(long index) {
        Snapshot now = snapshot;
        return youngest(now.live(), index).or(() -> youngest(now.retired(), index));
    }

    private static Optional<Segment> youngest(List<Segment> segments, long index) {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).firstIndex() <= index) {
                return Optional.of(segments.get(i));
            }
        }
        return Optional.empty();
    }

    synchronized void add(Segment segment) {
        List<Segment> live = new ArrayList<>(snapshot.live());
        live.add(segment);
        snapshot = new Snapshot(snapshot.retired(), List.copyOf(live));
    }

    synchronized void removeActive() {
        List<Segment> live = snapshot.live();
        snapshot = new Snapshot(snapshot.retired(), live.subList(0, live.size() - 1));
    }

    /// Retires the live segments, from the oldest on, all of whose records lie before `firstKept`; never the active one.
    synchronized List<Segment> retireBefore(long firstKept) {
        List<Segment> live = snapshot.live();
        int gone = 0;
        while (gone < live.size() - 1 && live.get(gone).nextIndex() <= firstKept) {
            gone++;
        }
        return retire(gone);
    }

    /// Retires all but the active one.
    synchronized List<Segment> retireAllButActive() {
        return retire(snapshot.live().size() - 1);
    }

    private List<Segment> retire(int count) {
        List<Segment> live = snapshot.live();
        List<Segment> gone = List.copyOf(live.subList(0, count));
        List<Segment> retired = new ArrayList<>(snapshot.retired());
        retired.addAll(gone);
        snapshot =
                new Snapshot(List.copyOf(retired), List.copyOf(live.subList(count, live.size())));
        return gone;
    }

    synchronized void forget(List<Segment> gone) {
        List<Segment> retired = new ArrayList<>(snapshot.retired());
        retired.removeAll(gone);
        snapshot = new Snapshot(List.copyOf(retired), snapshot.live());
    }

    synchronized List<Segment> all() {
        List<Segment> all = new ArrayList<>(snapshot.retired());
        all.addAll(snapshot.live());
        return all;
    }
}
