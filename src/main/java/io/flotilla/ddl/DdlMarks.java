package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a follower was about to give to its server, and what it has given: the two marks of the gate (docs/design.md, section 7),
/// with the digests by which the states before and after are known again.
///
/// The order is: drain → `FLUSH LOCAL ENGINE LOGS` → [#giving] → give → applied → `FLUSH LOCAL ENGINE LOGS` and `syncfs`
/// → [#done]. Each call is on disk when it returns; after an [IOException] the marks are of no more use and the server
/// must be stopped. The last [#HISTORY] digests are kept, so that a peer can ask for the one after a transaction. They are
/// facts of the log and not of the server: the marks of the next server of a node begin with them ([#create]).
/// Otherwise a former leader whose peers were rebuilt in the meantime finds nobody who can tell it whether its schema is right.
///
/// A former leader may have the effect of transactions that its position is before ([LeaderVerdict.Proved#skip]). That is
/// kept here too ([#ahead]), for as long as they have not come and been passed over: a crash in between must not make it
/// forgotten.
///
/// Thread-safe.
public final class DdlMarks implements AutoCloseable {
    /// How many digests are kept. Too few, and a former leader that lies further back finds nobody who can tell it
    /// whether its schema is right, and is rebuilt; each takes about 100 bytes.
    public static final int HISTORY = 1000;

    private static final String TITLE = "flotilla ddl marks 1";

    private final Journal journal;
    private final int kept;

    /// By seq.
    private final TreeMap<Long, Done> history = new TreeMap<>();

    private final TreeSet<Long> already = new TreeSet<>();
    private @Nullable OpenMark open;

    /// What the server was when the gate was closed last. Not the history's last entry while the server is ahead, or has not
    /// come as far as an earlier one.
    private @Nullable Done last;

    private @Nullable Done settled;

    private int lines;

    private DdlMarks(Journal journal, int kept) {
        this.journal = journal;
        this.kept = kept;
    }

    /// A transaction that was about to be given; whether it ran is unknown.
    ///
    /// @param before the digest before it; may be absent when `doubt` needs none
    /// @param xid of an XA transaction; else empty
    public record OpenMark(Gtid gtid, Doubt doubt, Optional<Digest> before, String xid) {
        public OpenMark {
            if (before.isEmpty() && (doubt == Doubt.ALL_OR_NOTHING || doubt == Doubt.PIECEMEAL)) {
                throw new IllegalArgumentException(
                        gtid + " cannot be told apart without the digest before it");
            }
            if (doubt.xa() && xid.isEmpty()) {
                throw new IllegalArgumentException(gtid + " needs its XA name");
            }
        }
    }

    /// A gated transaction that was applied and is durable; or a position at which the schema was looked at.
    ///
    /// @param schema the schema's digest from there up to the next gated transaction; absent when it was not computed
    public record Done(Gtid gtid, Optional<String> schema) {}

    /// The marks of a server that has none: freshly made, or rebuilt. They take the place of those of the server before,
    /// all at once, and know what those knew.
    ///
    /// @param known the [#history] of the marks that may be there
    public static DdlMarks create(Path file, Collection<Done> known) throws IOException {
        return create(file, known, HISTORY);
    }

    static DdlMarks create(Path file, Collection<Done> known, int kept) throws IOException {
        List<String> lines = known.stream().map(MarkLine.Known::new).map(MarkLine::text).toList();
        DdlMarks marks = new DdlMarks(Journal.create(file, TITLE, lines), kept);
        known.forEach(marks::keep);
        marks.lines = lines.size();
        return marks;
    }

    /// The marks as the last run left them.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no file: the marks of this server are lost, and it must be
    ///     rebuilt unless it is new
    /// @throws CorruptJournalException if the file is damaged
    public static DdlMarks open(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        DdlMarks marks = new DdlMarks(Journal.open(file, TITLE, lines), HISTORY);
        try {
            for (String line : lines) {
                marks.take(MarkLine.parse(line));
                marks.lines++;
            }
            return marks;
        } catch (IllegalArgumentException e) {
            marks.close();
            throw new CorruptJournalException(file + " does not make sense: " + e.getMessage());
        }
    }

    public static boolean exist(Path file) {
        return Files.exists(file);
    }

    /// The transaction that was given or was about to be, and is not known to be applied.
    public synchronized Optional<OpenMark> openMark() {
        return Optional.ofNullable(open);
    }

    /// The last position at which the gate was closed, and the schema that the server has had since.
    public synchronized Optional<Done> last() {
        return Optional.ofNullable(last);
    }

    /// The last gated transaction of this node's last reign, as leader, of which no crash can undo anything any more, and
    /// the schema that the server had then; also one of an earlier reign.
    public synchronized Optional<Done> settled() {
        return Optional.ofNullable(settled);
    }

    /// The transactions behind the server's position whose effect it has: they must be passed over when they come.
    public synchronized SortedSet<Long> already() {
        return new TreeSet<>(already);
    }

    /// The schema's digest after the gated transaction `seq`, if it was recorded and is still kept.
    public synchronized Optional<String> schemaAfter(long seq) {
        return Optional.ofNullable(history.get(seq)).flatMap(Done::schema);
    }

    /// The schema's digest at a position at which the gate was closed, if it is known: the last one recorded at or before
    /// it.
    public synchronized Optional<String> schemaAt(long seq) {
        if (last != null && already.isEmpty() && last.gtid().seq() <= seq) {
            return last.schema();
        }
        return Optional.ofNullable(history.floorEntry(seq)).flatMap(at -> at.getValue().schema());
    }

    /// The digests that are kept.
    public synchronized List<Done> history() {
        return List.copyOf(history.values());
    }

    /// Marks that the statement is about to be given. The same one may be marked again after a crash.
    ///
    /// @param before the digest before it; may be absent when the statement's doubt needs none
    /// @throws IllegalStateException if another transaction's mark is open
    public synchronized void giving(GatedStatement statement, Optional<Digest> before)
            throws IOException {
        write(
                new MarkLine.Giving(
                        new OpenMark(
                                statement.gtid(), statement.doubt(), before, statement.xid())));
    }

    /// Marks that the transaction is applied and durable.
    ///
    /// @param after the digest after it; may be absent when nobody had the time to compute it, at the price that nobody
    ///     can be compared with it later
    /// @throws IllegalStateException if it is not the open one
    public synchronized void done(Gtid gtid, Optional<Digest> after) throws IOException {
        write(new MarkLine.Closed(new Done(gtid, after.map(Digest::schema))));
    }

    /// Records the digest at a position where no gate is open: of a server that begins to follow, because it was proved,
    /// rebuilt, or led until now (what it executed as leader is not in these marks).
    ///
    /// @throws IllegalStateException if a mark is open
    public synchronized void observed(Gtid position, Digest digest) throws IOException {
        write(new MarkLine.Observed(new Done(position, Optional.of(digest.schema()))));
    }

    /// Records that a former leader has the effect of these transactions already. Each [#done] takes one of them away;
    /// until none is left, the digests are those of no position, and no peer is told them.
    ///
    /// @param position the server's position, before all of them
    /// @param digest of the server as it is
    /// @throws IllegalStateException if a mark is open
    public synchronized void ahead(Gtid position, SortedSet<Long> seqs, Digest digest)
            throws IOException {
        write(
                new MarkLine.Ahead(
                        new Done(position, Optional.of(digest.schema())), new TreeSet<>(seqs)));
    }

    /// Records, of a server that leads, that everything up to a gated transaction of its reign is committed, its
    /// statements are over, and that is durable: no recovery undoes them. Says nothing of where the server stands
    /// ([#last] stays what it was).
    ///
    /// @param transaction the last gated one when the schema was read
    /// @throws IllegalStateException if a mark is open
    public synchronized void settled(Gtid transaction, Digest digest) throws IOException {
        write(new MarkLine.Settled(new Done(transaction, Optional.of(digest.schema()))));
    }

    private void write(MarkLine line) throws IOException {
        take(line);
        journal.append(line.text());
        lines++;
        // each transaction takes two lines
        if (lines > 4 * kept) {
            compact();
        }
    }

    private void take(MarkLine line) {
        switch (line) {
            case MarkLine.Giving(OpenMark mark) -> {
                refuse(open != null && !open.gtid().equals(mark.gtid()), "giving " + mark.gtid());
                open = mark;
            }
            case MarkLine.Closed(Done done) -> {
                refuse(open == null || !open.gtid().equals(done.gtid()), "done " + done.gtid());
                open = null;
                already.remove(done.gtid().seq());
                remember(done);
            }
            case MarkLine.Observed(Done done) -> {
                refuse(open != null, "observed " + done.gtid());
                already.clear();
                remember(done);
            }
            case MarkLine.Known(Done done) -> keep(done);
            case MarkLine.Settled(Done done) -> {
                refuse(open != null, "settled " + done.gtid());
                settled = done;
                keep(done);
            }
            case MarkLine.Ahead(Done done, SortedSet<Long> seqs) -> {
                refuse(open != null, "ahead of " + done.gtid());
                already.clear();
                already.addAll(seqs);
                last = done;
            }
        }
    }

    private void refuse(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalStateException(
                    what + " while " + (open == null ? "no mark" : open.gtid()) + " is open");
        }
    }

    private void remember(Done done) {
        last = done;
        if (already.isEmpty()) {
            keep(done);
        }
    }

    private void keep(Done done) {
        if (done.schema().isPresent()) {
            history.put(done.gtid().seq(), done);
        }
        if (history.size() > kept) {
            history.pollFirstEntry();
        }
    }

    private void compact() throws IOException {
        List<MarkLine> kept = new ArrayList<>();
        history.values().forEach(done -> kept.add(new MarkLine.Known(done)));
        if (settled != null) {
            kept.add(new MarkLine.Settled(settled));
        }
        if (last != null) {
            kept.add(
                    already.isEmpty()
                            ? new MarkLine.Observed(last)
                            : new MarkLine.Ahead(last, new TreeSet<>(already)));
        }
        if (open != null) {
            kept.add(new MarkLine.Giving(open));
        }
        journal.replace(kept.stream().map(MarkLine::text).toList());
        lines = kept.size();
    }

    @Override
    public synchronized void close() throws IOException {
        journal.close();
    }
}
