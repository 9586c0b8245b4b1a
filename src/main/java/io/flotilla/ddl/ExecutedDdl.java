package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a leader's server had executed, and made durable, before the log knew of it: the journal of one reign.
///
/// When the tap has read a gated transaction, and before it goes to the log: `FLUSH LOCAL ENGINE LOGS`, `syncfs`, then
/// [#executed]. So every gated transaction of this reign that is in the log is in this journal, and its effect is in the
/// data, whatever InnoDB's last position says (DDL does not move it). [Resolver#formerLeader] needs it after a crash.
///
/// It also notes InnoDB's table ids at each of these moments. A TRUNCATE that had run when the server died, and that the
/// tap had not read (it may wait for its place in the binlog as long as commits are held), leaves no other trace.
///
/// Thread-safe.
public final class ExecutedDdl implements AutoCloseable {
    /// How many transactions are kept at least; twice as many at most. Only those behind the last durable DML matter,
    /// and each entry is written after a flush of InnoDB's log, so a handful would do.
    static final int KEPT = 1000;

    private static final String TITLE = "flotilla executed ddl 1";

    private final Journal journal;
    private final int kept;
    private Reign reign;

    private ExecutedDdl(Journal journal, int kept, Reign reign) {
        this.journal = journal;
        this.kept = kept;
        this.reign = reign;
    }

    /// A gated transaction whose effect is durable in the leader's data.
    ///
    /// @param xid of an XA transaction; else empty
    /// @param changed tables whose ids are others than at the entry before, or that are gone since
    public record Executed(Gtid gtid, Doubt doubt, String xid, Set<String> changed) {
        public Executed {
            changed = Set.copyOf(changed);
        }
    }

    /// The journal's content.
    ///
    /// @param term the reign's term
    /// @param position the last transaction before the reign
    /// @param xaPrepared the XA transactions that were open when it began
    /// @param forgotten the greatest seq that was left out to keep the journal short; 0 when nothing was
    /// @param executed by seq
    /// @param tables the ids at the last entry; at the reign's beginning when there is none
    /// @param unexplained tables that had changed by then, and that no entry speaks of
    public record Reign(
            long term,
            Gtid position,
            SortedSet<String> xaPrepared,
            long forgotten,
            SortedMap<Long, Executed> executed,
            TableIds tables,
            Set<String> unexplained) {
        public Reign {
            xaPrepared = new TreeSet<>(xaPrepared);
            executed = new TreeMap<>(executed);
            unexplained = Set.copyOf(unexplained);
        }
    }

    /// Begins the journal of a reign, in place of an older one: at promotion, before the tap is attached.
    ///
    /// @param position the server's position, the last transaction before the reign
    /// @param xaPrepared from [ServerState#xaPrepared]
    /// @param tables from [TableIds#read]
    public static ExecutedDdl begin(
            Path file, long term, Gtid position, SortedSet<String> xaPrepared, TableIds tables)
            throws IOException {
        return begin(
                file,
                new Reign(term, position, xaPrepared, 0, new TreeMap<>(), tables, Set.of()),
                KEPT);
    }

    static ExecutedDdl begin(Path file, Reign reign, int kept) throws IOException {
        return new ExecutedDdl(Journal.create(file, TITLE, ReignLines.of(reign)), kept, reign);
    }

    /// What the last reign of this node left behind; empty when it never led.
    ///
    /// @throws CorruptJournalException if the file is damaged (a torn end is not: what was being written then had not
    ///     gone to the log)
    public static Optional<Reign> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>();
        Journal.read(file, TITLE, lines);
        try {
            return Optional.of(ReignLines.parse(lines));
        } catch (IllegalArgumentException e) {
            throw new CorruptJournalException(file + " does not make sense: " + e.getMessage());
        }
    }

    /// Notes that the statement's effect is durable; on disk when this returns. After an [IOException] the transaction
    /// must not go to the log, and the reign ends.
    ///
    /// @param tables from [TableIds#read], now
    public synchronized void executed(GatedStatement statement, TableIds tables)
            throws IOException {
        Set<String> changed = tables.changedSince(reign.tables());
        Set<String> unexplained = new TreeSet<>(reign.unexplained());
        unexplained.addAll(changed);
        unexplained.removeIf(table -> TableIds.speaksOf(statement, table));
        Executed entry =
                new Executed(statement.gtid(), statement.doubt(), statement.xid(), changed);
        journal.append(ReignLines.of(entry, tables, unexplained));
        reign = with(entry, tables, unexplained);
        if (reign.executed().size() >= 2 * kept) {
            forgetOldest();
        }
    }

    private Reign with(Executed entry, TableIds tables, Set<String> unexplained) {
        SortedMap<Long, Executed> executed = new TreeMap<>(reign.executed());
        executed.put(entry.gtid().seq(), entry);
        return new Reign(
                reign.term(),
                reign.position(),
                reign.xaPrepared(),
                reign.forgotten(),
                executed,
                tables,
                unexplained);
    }

    private void forgetOldest() throws IOException {
        TreeMap<Long, Executed> recent = new TreeMap<>(reign.executed());
        SortedSet<String> xa = new TreeSet<>(reign.xaPrepared());
        long forgotten = reign.forgotten();
        while (recent.size() > kept) {
            Executed oldest = recent.pollFirstEntry().getValue();
            if (oldest.doubt().xa()) {
                // what was prepared must be remembered for as long as the reign lasts
                xa.add(oldest.xid());
            }
            forgotten = oldest.gtid().seq();
        }
        reign =
                new Reign(
                        reign.term(),
                        reign.position(),
                        xa,
                        forgotten,
                        recent,
                        reign.tables(),
                        reign.unexplained());
        journal.replace(ReignLines.of(reign));
    }

    public synchronized Reign reign() {
        return reign;
    }

    @Override
    public synchronized void close() throws IOException {
        journal.close();
    }
}
