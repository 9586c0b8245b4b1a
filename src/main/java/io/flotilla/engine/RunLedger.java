package io.flotilla.engine;

import io.flotilla.binlog.Gtid;
import java.nio.file.Path;

/// Keeps the [RunRecord] on the disk: each change is durable when its method returns. Used by one thread at a time.
final class RunLedger {
    /// Names have six digits, and InnoDB compares them as text.
    static final long HIGHEST_BINLOG = 999_999;

    private final Path file;

    RunLedger(Path file) {
        this.file = file;
    }

    /// @throws EngineException when there is none: a data directory never lies here without its record
    RunRecord read() {
        return RunRecord.read(file)
                .orElseThrow(() ->
                        new EngineException(
                                "%s is missing: this is not a server's directory of Flotilla, or part of it was lost."
                                        .formatted(file)));
    }

    /// Before a server is started. A former leader, and new data, stay what they are until their position is settled: a
    /// crash before that is no end of a run.
    void starting(long highestBinlogFile) {
        RunRecord last = read();
        RunRecord.End end =
                switch (last.end()) {
                    case RunRecord.Leading leading -> leading;
                    case RunRecord.Never never -> never;
                    case RunRecord.Received received -> received;
                    case RunRecord.Clean ignored -> new RunRecord.Following();
                    case RunRecord.Following following -> following;
                };
        last.withHighestBinlog(highestBinlogFile).inThisBoot().withEnd(end).write(file);
    }

    void following() {
        read().withEnd(new RunRecord.Following()).write(file);
    }

    void leading(long term, long firstBinlog, Gtid before) {
        read().withHighestBinlog(firstBinlog)
                .withEnd(new RunRecord.Leading(term, firstBinlog, before))
                .write(file);
    }

    void clean(Gtid position) {
        read().withEnd(new RunRecord.Clean(position)).write(file);
    }

    void seen(long highestBinlog) {
        read().withHighestBinlog(highestBinlog).write(file);
    }

    /// A number above every one this data directory ever had.
    long nextBinlog(long highestFile) {
        long next = Math.max(read().highestBinlog(), highestFile) + 1;
        if (next > HIGHEST_BINLOG) {
            throw new EngineException(
                    "The binlog's numbers are used up: this node's server must be rebuilt.");
        }
        return next;
    }
}
