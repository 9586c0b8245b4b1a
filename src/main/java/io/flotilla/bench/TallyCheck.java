package io.flotilla.bench;

import io.flotilla.bench.History.TallyWrite;
import java.util.List;

/// A number that is counted up without any condition: at least as often as was acknowledged, at most as often as may
/// have happened.
final class TallyCheck {
    private final int key;
    private final long acknowledged;
    private final long unknown;

    TallyCheck(int key, List<TallyWrite> writes) {
        this.key = key;
        List<TallyWrite> ours = writes.stream().filter(write -> write.key() == key).toList();
        acknowledged = ours.stream().filter(write -> write.outcome().acknowledged()).count();
        unknown = ours.stream().filter(write -> write.outcome().unknown()).count();
    }

    List<String> finalValue(int node, long value) {
        if (value < acknowledged) {
            return List.of(
                    "tally %d at node %d: LOST, %d acknowledged, %d there"
                            .formatted(key, node, acknowledged, value));
        }
        if (value > acknowledged + unknown) {
            return List.of(
                    "tally %d at node %d: DOUBLED, %d acknowledged and %d unknown, %d there"
                            .formatted(key, node, acknowledged, unknown, value));
        }
        return List.of();
    }
}
