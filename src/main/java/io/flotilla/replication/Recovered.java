package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.consensus.ReplicatedLog.CompactedException;
import io.flotilla.engine.Engine;
import io.flotilla.engine.Recovery;
import io.flotilla.engine.RunRecord;
import io.flotilla.engine.Server;
import io.flotilla.replication.CommittedLog.Era;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A server started after whatever end its last run had, and the evidence of where it stands (DESIGN section 6).
///
/// @param server running, following nobody yet
/// @param led the reign it led, if its last run ended while it did
/// @param engineEnd the end of the last transaction in its data, as InnoDB told it when that reign was rolled back
record Recovered(
        Server server, RunRecord.@Nullable Leading led, @Nullable BinlogPosition engineEnd) {
    /// Recovers and starts. A crash in the middle of any step leads here again, to the same end.
    static Recovered start(Engine engine) throws InterruptedException {
        return switch (engine.lastRun().end()) {
            case RunRecord.Never() -> new Recovered(engine.start(), null, null);
            case RunRecord.Clean(Gtid ignored) -> new Recovered(engine.start(), null, null);
            case RunRecord.Following() -> {
                clean(engine.recovery());
                yield new Recovered(startTwice(engine), null, null);
            }
            case RunRecord.Leading leading -> {
                Recovery recovery = engine.recovery();
                clean(recovery);
                Optional<BinlogPosition> end = recovery.rollBackFormerLeader();
                yield new Recovered(startTwice(engine), leading, end.orElse(null));
            }
        };
    }

    private static void clean(Recovery recovery) {
        recovery.removeEmptyDdlLeftovers();
        recovery.removeReplicaFiles();
    }

    /// A clean restart behind each crash recovery: it forces a checkpoint. Without it a second crash around DDL can leave
    /// InnoDB unable to start, about 1% of kills (measured).
    private static Server startTwice(Engine engine) throws InterruptedException {
        engine.start().stopAfterRecovery();
        return engine.start();
    }

    /// The term whose end the log must show before this server can be judged; 0 when any will do.
    long notInTerm() {
        return led == null ? 0 : led.term();
    }

    Verdict judge(PositionSearch search, CommittedLog committed) {
        Gtid applied = server.replica().gtidSlavePos();
        if (!committed.contains(applied)) {
            return new Verdict.Unproved("its server is at '" + applied + "', which is not in the log, at '"
                    + committed.last() + "'");
        }
        if (led == null || engineEnd == null || number(engineEnd) < led.firstBinlog()) {
            return Verdict.Proved.at(applied);
        }
        return judgeReign(led, engineEnd, search, committed);
    }

    /// The data hold transactions of the reign: the last one is where InnoDB says.
    private static Verdict judgeReign(
            RunRecord.Leading led, BinlogPosition end, PositionSearch search, CommittedLog committed) {
        Optional<Era> era = committed.eraOf(led.term());
        if (era.isEmpty()) {
            return new Verdict.Unproved("its server led term " + led.term() + ", which the log does not know");
        }
        try {
            Optional<Gtid> last = search.endingAt(era.get(), end);
            return last.isPresent()
                    ? Verdict.Proved.at(last.get())
                    : new Verdict.Unproved("its server ends at " + end + " of term " + led.term()
                            + ", where no transaction of the log ends");
        } catch (CompactedException e) {
            return new Verdict.Unproved("the log no longer reaches back to where its server ended (" + end + ")");
        }
    }

    private static long number(BinlogPosition position) {
        String file = position.file();
        return Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
    }
}
