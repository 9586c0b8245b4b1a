package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks;
import io.flotilla.ddl.Digest;
import io.flotilla.ddl.ExecutedDdl;
import io.flotilla.ddl.SchemaDigest;
import io.flotilla.ddl.ServerState;
import io.flotilla.ddl.TableIds;
import io.flotilla.disk.Durable;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this node keeps on disk about gated transactions, as follower (marks) and as leader (executed).
///
/// The marks are opened by the role thread and asked by others (a peer's question, the feed). Thread-safe.
final class GateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(GateFiles.class);

    private final Path marksFile;
    private final Path executedFile;
    private @Nullable DdlMarks marks;

    GateFiles(Path directory) throws IOException {
        Durable.createDirectory(directory);
        marksFile = directory.resolve("marks");
        executedFile = directory.resolve("executed");
    }

    /// The marks of a server that has none yet. What those of the server before knew of the log is kept.
    synchronized DdlMarks createMarks() throws IOException {
        List<DdlMarks.Done> known = recorded().map(DdlMarks::history).orElse(List.of());
        close();
        DdlMarks created = DdlMarks.create(marksFile, known);
        marks = created;
        return created;
    }

    /// Forgets what was recorded of a server that differs from the others: its digests may be of no state of the log.
    synchronized void forget() throws IOException {
        close();
        Files.deleteIfExists(marksFile);
        Durable.syncName(marksFile);
    }

    private Optional<DdlMarks> recorded() {
        try {
            return Optional.of(marks());
        } catch (IOException e) {
            LOG.debug("nothing is known of earlier schemas", e);
            return Optional.empty();
        }
    }

    /// @throws IOException if they are lost or damaged: the server cannot be proved
    synchronized DdlMarks marks() throws IOException {
        DdlMarks open = marks;
        if (open == null) {
            if (!DdlMarks.exist(marksFile)) {
                throw new IOException("the marks of DDL under way are missing: " + marksFile);
            }
            open = DdlMarks.open(marksFile);
            marks = open;
        }
        return open;
    }

    /// The schema's digest after the gated transaction `seq`, if this node recorded it.
    synchronized Optional<String> schemaAfter(long seq) {
        return recorded().flatMap(known -> known.schemaAfter(seq));
    }

    /// Records what the schema of a server is that stands at `position`.
    ///
    /// @param already the gated transactions behind the position whose effect it has as well
    void observe(Server server, Gtid position, SortedSet<Long> already) throws IOException {
        try (Connection connection = server.admin()) {
            Digest digest = SchemaDigest.compute(connection);
            if (already.isEmpty()) {
                marks().observed(position, digest);
            } else {
                marks().ahead(position, already, digest);
            }
        } catch (SQLException e) {
            throw new ServerTrouble("its schema cannot be read", e);
        }
    }

    synchronized boolean isOpen() throws IOException {
        return marks().openMark().isPresent();
    }

    synchronized boolean isOpenAt(Gtid gtid) throws IOException {
        return marks().openMark().filter(mark -> mark.gtid().equals(gtid)).isPresent();
    }

    /// Whether the open mark is that of the transaction after this one.
    synchronized boolean isOpenBehind(Gtid gtid) throws IOException {
        return marks().openMark().filter(mark -> mark.gtid().seq() == gtid.seq() + 1).isPresent();
    }

    /// Closes the mark of this transaction if it is still open: the server has it, durably.
    void doneIfOpen(Server server, Gtid gtid) throws IOException {
        if (!isOpenAt(gtid)) {
            return;
        }
        try (Connection connection = server.admin()) {
            Digest digest = SchemaDigest.compute(connection);
            synchronized (this) {
                // The gate may have closed it meanwhile.
                if (isOpenAt(gtid)) {
                    marks().done(gtid, Optional.of(digest));
                }
            }
        } catch (SQLException e) {
            throw new ServerTrouble("its schema cannot be read", e);
        }
    }

    /// Closes the open mark: the server has that transaction, durably.
    void done(Server server, Gtid gtid) throws IOException {
        try (Connection connection = server.admin()) {
            marks().done(gtid, Optional.of(SchemaDigest.compute(connection)));
        } catch (SQLException e) {
            throw new ServerTrouble("its schema cannot be read", e);
        }
    }

    /// Records of a quiet moment of a reign ([DdlMarks#settled(Gtid, Digest)]); nothing if the reign has ended: the marks may
    /// be those of another server by then.
    ///
    /// @throws IOException if it could not be written; the marks go on as they were before
    synchronized void settled(Gtid transaction, Digest digest, BooleanSupplier ended)
            throws IOException {
        if (ended.getAsBoolean()) {
            return;
        }
        try {
            marks().settled(transaction, digest);
        } catch (IOException e) {
            // A journal that failed once writes nothing more; read again, it ends where it did.
            close();
            throw e;
        }
    }

    /// Begins the journal of a reign that this node is about to lead.
    ExecutedDdl beginReign(Server server, long term, Gtid position) throws IOException {
        try (Connection connection = server.admin()) {
            return ExecutedDdl.begin(
                    executedFile,
                    term,
                    position,
                    ServerState.xaPrepared(connection),
                    TableIds.read(connection));
        } catch (SQLException e) {
            throw new ServerTrouble("its tables cannot be listed", e);
        }
    }

    /// What the last reign of this node executed.
    Optional<ExecutedDdl.Reign> lastReign() throws IOException {
        return ExecutedDdl.read(executedFile);
    }

    private void close() throws IOException {
        if (marks != null) {
            marks.close();
            marks = null;
        }
    }
}
