package io.flotilla.bench;

import java.time.Duration;

/// Who does what in a [Load].
///
/// @param keyedWriters clients that insert into a table with a primary key
/// @param keylessWriters clients that insert into a table without any key
/// @param registerWriters clients that each move one register, by updates on condition
/// @param tallyWriters clients that each count one number up, by updates without one
/// @param readersPerNode clients that read linearizably at one node, for every node
/// @param writePace the pause of a writer between an answer and its next request: shorter loads the machine until
///     elections are late for want of a processor, longer makes it unlikely that a kill meets a write
/// @param readPace the same for a reader
public record LoadPlan(
        int keyedWriters,
        int keylessWriters,
        int registerWriters,
        int tallyWriters,
        int readersPerNode,
        Duration writePace,
        Duration readPace) {
    /// What the fault tests use: a few hundred operations per second.
    public static LoadPlan ordinary() {
        return new LoadPlan(3, 3, 2, 1, 1, Duration.ofMillis(10), Duration.ofMillis(25));
    }

    /// What leaves the machine some room while all nodes start: a hundred operations per second.
    public static LoadPlan light() {
        return new LoadPlan(2, 2, 1, 1, 1, Duration.ofMillis(20), Duration.ofMillis(100));
    }

    /// Many writers at once, so that a kill meets writes in every stage.
    public static LoadPlan crowded() {
        return new LoadPlan(8, 8, 2, 1, 1, Duration.ofMillis(2), Duration.ofMillis(50));
    }
}
