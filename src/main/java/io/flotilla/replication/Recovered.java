package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.engine.Engine;
import io.flotilla.engine.Recovery;
import io.flotilla.engine.RunRecord;
import io.flotilla.engine.Server;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A server started after whatever end its last run had, and the evidence of where it stands (docs/design.md, section 6).
///
/// @param server running, following nobody yet
/// @param last what its last run was
/// @param engineEnd of a former leader: the end of the last transaction in its data, as InnoDB told it when the reign was
///     rolled back
record Recovered(Server server, RunRecord last, @Nullable BinlogPosition engineEnd) {
    /// Recovers and starts. A crash in the middle of any step leads here again, to the same end.
    static Recovered start(Engine engine) throws InterruptedException {
        RunRecord last = engine.lastRun();
        return switch (last.end()) {
            case RunRecord.Never never -> new Recovered(engine.start(), last, null);
            case RunRecord.Received received -> new Recovered(startTwice(engine), last, null);
            case RunRecord.Clean clean -> new Recovered(engine.start(), last, null);
            case RunRecord.Following() -> {
                Recovery recovery = engine.recovery();
                recovery.removeEmptyDdlLeftovers();
                recovery.removeReplicaFiles();
                yield new Recovered(startTwice(engine), last, null);
            }
            case RunRecord.Leading ignored -> {
                Recovery recovery = engine.recovery();
                recovery.removeEmptyDdlLeftovers();
                Optional<BinlogPosition> end = recovery.rollBackFormerLeader();
                recovery.removeReplicaFiles();
                yield new Recovered(startTwice(engine), last, end.orElse(null));
            }
        };
    }

    /// A clean restart behind each crash recovery.
    private static Server startTwice(Engine engine) throws InterruptedException {
        engine.recover();
        return engine.start();
    }

    /// The term whose end the log must show before this server can be judged; 0 when any will do.
    long notInTerm() {
        return last.end() instanceof RunRecord.Leading led ? led.term() : 0;
    }
}
