package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import java.util.function.BooleanSupplier;

/// A leader's writes held for a moment so that another node can copy its data, because nobody else has any: clients wait
/// meanwhile, and see no error.
///
/// INVARIANT I6: it ends as soon as the role thread has something more important to do; the end of the reign above all.
final class WritePause {
    private final Parts parts;
    private final Server server;
    private final OpenReign reign;
    private final BooleanSupplier busy;

    WritePause(Parts parts, Server server, OpenReign reign, BooleanSupplier busy) {
        this.parts = parts;
        this.server = server;
        this.reign = reign;
        this.busy = busy;
    }

    void grant(SnapshotDesk.Request request) throws InterruptedException {
        RestingServer resting = new RestingServer(parts, server, request);
        Drain drain = new Drain(reign, server.leader()::closeForWrites, busy);
        Deadline deadline = Deadline.in(parts.config().drain());
        reign.hold();
        try {
            if (!drain.drained(deadline)) {
                resting.refuse("it leads, and open work does not end");
            } else if (!drain.quiet(deadline)) {
                resting.refuse("it leads, and commits are in flight");
            } else {
                resting.rest(this::position, busy);
            }
        } catch (RuntimeException e) {
            resting.refuse(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            if (parts.leads(reign.term()) && server.alive()) {
                server.leader().openForWrites();
            }
            reign.release();
        }
    }

    private Gtid position() {
        Gtid last = parts.committed().last();
        String written = server.leader().binlogPosition();
        boolean exactly =
                written.isEmpty()
                        ? parts.committed()
                                .era()
                                .filter(era -> era.start().last().equals(last))
                                .isPresent()
                        : written.equals(last.toString());
        if (!exactly) {
            throw new ServerTrouble(
                    "it wrote '" + written + "' where the log is at '" + last + "'");
        }
        return last;
    }
}
