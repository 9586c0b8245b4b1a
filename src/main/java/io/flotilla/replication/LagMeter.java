package io.flotilla.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// When this node learned that transactions are committed: how far behind a server is, as the age of the oldest committed
/// transaction that it lacks. Thread-safe.
///
/// Keeps times of groups of transactions, not of each. A group is as long as [#GROUP]; when there are too many, each two
/// that lie side by side become one, so the figure is coarser the older what it speaks of: never too small, and too large
/// by the length of one group.
final class LagMeter {
    private static final long GROUP = Duration.ofMillis(20).toNanos();

    /// 24 bytes each.
    private static final int MOST = 4096;

    private List<Group> groups = new ArrayList<>();

    /// @param begun when the first of them was known to be committed, in [System#nanoTime]
    /// @param last the last of them
    private record Group(long begun, long last) {}

    /// Everything up to `seq` is known to be committed now.
    synchronized void committed(long seq, long now) {
        if (!groups.isEmpty()) {
            Group open = groups.getLast();
            if (seq <= open.last()) {
                return;
            }
            if (now - open.begun() < GROUP) {
                groups.set(groups.size() - 1, new Group(open.begun(), seq));
                return;
            }
        }
        if (groups.size() >= MOST) {
            groups = halved(groups);
        }
        groups.add(new Group(now, seq));
    }

    private static List<Group> halved(List<Group> groups) {
        List<Group> half = new ArrayList<>(MOST);
        for (int i = 0; i + 1 < groups.size(); i += 2) {
            half.add(new Group(groups.get(i).begun(), groups.get(i + 1).last()));
        }
        return half;
    }

    /// How long ago the first transaction was committed that a server lacks which is at `applied`; zero when it lacks
    /// none.
    synchronized Duration behind(long applied, long now) {
        int low = 0;
        int high = groups.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (groups.get(middle).last() > applied) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == groups.size()
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, now - groups.get(low).begun()));
    }
}
