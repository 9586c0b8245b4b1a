package io.flotilla.replication;

import io.flotilla.binlog.Slice;
import io.flotilla.ddl.DdlMarks;
import io.flotilla.ddl.Digest;
import io.flotilla.ddl.Doubt;
import io.flotilla.ddl.GatedStatement;
import io.flotilla.ddl.SchemaMemory;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gate before this node's following server (docs/design.md, section 7).
///
/// ```
/// drain → FLUSH LOCAL ENGINE LOGS → mark "giving N", digest before → give N
///       → applied → FLUSH LOCAL ENGINE LOGS, syncfs → mark "done N", digest after
/// ```
///
/// INVARIANT: at any moment at most one gated transaction is in doubt, and its mark is on disk before the server gets it.
final class ServerGate implements FeedGate {
    private static final Logger LOG = LoggerFactory.getLogger(ServerGate.class);

    private final Server server;
    private final Watermark applied;
    private final DdlMarks marks;
    private final SortedSet<Long> already;
    private final Front front;
    private final Suspects suspects;
    private final SchemaMemory schema;
    private final FeedHold hold = new FeedHold();

    /// What the schema has been since the gate was closed last: until it opens again the server gets nothing but rows.
    /// XA does not change it.
    private @Nullable Digest since;

    /// @param already seqs whose effect the server has, though its position is before them
    ServerGate(Server server, Watermark applied, Parts parts, SortedSet<Long> already)
            throws IOException {
        this.server = server;
        this.applied = applied;
        this.marks = parts.gates().marks();
        this.front = parts.front();
        this.suspects = parts.suspects();
        this.already = new TreeSet<>(already);
        this.schema = new SchemaMemory(server.dataFiles().directory());
    }

    FeedHold hold() {
        return hold;
    }

    @Override
    public boolean mayBegin(long seq, Duration patience) throws InterruptedException {
        return hold.mayBegin(seq, patience);
    }

    @Override
    public boolean open(Slice first, Duration patience) throws InterruptedException {
        if (!applied.await(first.gtid().seq() - 1, Deadline.in(patience))) {
            return false;
        }
        GatedStatement statement = GatedStatement.of(first);
        server.disk().flushEngineLogs();
        try {
            marks.giving(statement, before(statement));
            if (!statement.doubt().xa()) {
                forget();
            }
            front.gives(statement.summary());
            suspects.note(statement);
        } catch (IOException e) {
            throw new ServerTrouble("the mark of a DDL cannot be written", e);
        }
        return true;
    }

    private Optional<Digest> before(GatedStatement statement) {
        boolean decides =
                statement.doubt() == Doubt.ALL_OR_NOTHING || statement.doubt() == Doubt.PIECEMEAL;
        return decides ? Optional.of(current()) : Optional.empty();
    }

    @Override
    public boolean close(Slice first, Duration patience) throws InterruptedException {
        if (!applied.await(first.gtid().seq(), Deadline.in(patience))) {
            return false;
        }
        server.disk().flushEngineLogs();
        server.disk().syncFileSystem();
        try {
            marks.done(first.gtid(), Optional.of(current()));
            front.gave();
        } catch (IOException e) {
            throw new ServerTrouble("the mark of a DDL cannot be written", e);
        }
        return true;
    }

    private synchronized void forget() {
        since = null;
    }

    private synchronized Digest current() {
        return since == null ? digest() : since;
    }

    private synchronized Digest digest() {
        try (Connection connection = server.admin()) {
            Digest digest = schema.read(connection).digest();
            List<String> foreign = schema.nonInnoDbAmongRead(connection);
            if (!foreign.isEmpty()) {
                LOG.warn(
                        "tables that are not InnoDB are not crash-safe and may differ between nodes: {}",
                        foreign);
            }
            since = digest;
            return digest;
        } catch (SQLException | IOException e) {
            throw new ServerTrouble("its schema cannot be read", e);
        }
    }

    @Override
    public boolean alreadyThere(Slice first) {
        return already.contains(first.gtid().seq());
    }
}
