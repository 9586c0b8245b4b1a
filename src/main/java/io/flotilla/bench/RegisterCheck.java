package io.flotilla.bench;

import io.flotilla.bench.History.RegisterRead;
import io.flotilla.bench.History.RegisterWrite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A register that one client moves up by one, on condition that it has the value before: every step happens once,
/// every read is the value at some moment between its beginning and its end, and it never goes back.
final class RegisterCheck {
    private final int key;
    private final List<RegisterWrite> writes;
    private final Set<Long> moved = new HashSet<>();
    private final Set<Long> perhapsMoved = new HashSet<>();

    RegisterCheck(int key, List<RegisterWrite> allWrites) {
        this.key = key;
        this.writes = allWrites.stream().filter(write -> write.key() == key).toList();
        for (RegisterWrite write : writes) {
            if (write.moved()) {
                moved.add(write.from());
            } else if (write.outcome().unknown()) {
                perhapsMoved.add(write.from());
            }
        }
    }

    /// What is wrong with the answers to the writes.
    List<String> writes() {
        List<String> complaints = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (RegisterWrite write : writes) {
            if (write.moved() && !seen.add(write.from())) {
                complaints.add(name() + ": a step TAKEN TWICE: " + write);
            }
            if (write.outcome().acknowledged()
                    && !write.moved()
                    && !perhapsMoved.contains(write.from())) {
                complaints.add(name() + ": NOTHING CHANGED, though nobody else writes: " + write);
            }
        }
        return complaints;
    }

    /// What is wrong with the value a node holds in the end.
    List<String> finalValue(int node, long value) {
        List<String> complaints = new ArrayList<>();
        String place = name() + " at node " + node + " ends as " + value;
        for (long from : moved) {
            if (from >= value) {
                complaints.add(place + ": LOST the acknowledged step from " + from);
            }
        }
        complainOfUnexplained(value, place, complaints);
        return complaints;
    }

    /// What is wrong with the linearizable reads.
    List<String> reads(List<RegisterRead> allReads) {
        List<RegisterRead> reads = allReads.stream().filter(read -> read.key() == key).toList();
        List<String> complaints = new ArrayList<>();
        Floor known = floor(reads);
        for (RegisterRead read : reads) {
            long least = known.before(read.span().began());
            if (read.value() < least) {
                complaints.add(
                        "%s: STALE, %d was known before the read %s"
                                .formatted(name(), least, read));
            }
            if (read.value() > highestPossibleAt(read.span().ended())) {
                complaints.add(name() + ": FROM THE FUTURE, nobody had written it yet: " + read);
            }
        }
        reads.stream()
                .max(Comparator.comparingLong(RegisterRead::value))
                .ifPresent(read -> complainOfUnexplained(read.value(), "read " + read, complaints));
        return complaints;
    }

    private void complainOfUnexplained(long value, String place, List<String> complaints) {
        for (long from = 0; from < value; from++) {
            if (!moved.contains(from) && !perhapsMoved.contains(from)) {
                complaints.add(place + ": UNEXPLAINED, nobody moved it from " + from);
                return;
            }
        }
    }

    private long highestPossibleAt(long moment) {
        return writes.stream()
                .filter(write -> !write.outcome().notApplied())
                .filter(write -> write.span().began() - moment < 0)
                .mapToLong(RegisterWrite::to)
                .max()
                .orElse(0);
    }

    private Floor floor(List<RegisterRead> reads) {
        List<Floor.Known> known = new ArrayList<>();
        for (RegisterWrite write : writes) {
            if (write.moved()) {
                known.add(new Floor.Known(write.span().ended(), write.to()));
            }
        }
        for (RegisterRead read : reads) {
            known.add(new Floor.Known(read.span().ended(), read.value()));
        }
        return new Floor(known);
    }

    private String name() {
        return "register " + key;
    }

    /// The least value that a read may give: the highest that was known when it began.
    private static final class Floor {
        private final long[] moments;
        private final long[] highest;

        /// From this moment on the register is known to have at least this value.
        private record Known(long moment, long value) {}

        private Floor(List<Known> known) {
            List<Known> sorted =
                    known.stream().sorted(Comparator.comparingLong(Known::moment)).toList();
            moments = sorted.stream().mapToLong(Known::moment).toArray();
            highest = sorted.stream().mapToLong(Known::value).toArray();
            for (int i = 1; i < highest.length; i++) {
                highest[i] = Math.max(highest[i], highest[i - 1]);
            }
        }

        private long before(long moment) {
            int low = 0;
            int high = moments.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (moments[middle] < moment) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? 0 : highest[low - 1];
        }
    }
}
