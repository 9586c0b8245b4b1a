package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a gated transaction says, read from its first bytes.
///
/// Reading is conservative: what is not understood is [Doubt#PIECEMEAL] and [#mayDiffer()].
///
/// @param gtid the transaction's id
/// @param kind what it is about
/// @param database the default database it runs in; empty when there is none
/// @param text the statement as the leader wrote it; empty when the first slice does not hold all of it. It may contain
///     secrets: logs show [#summary()]
/// @param doubt what is left to ask when a server dies inside it
/// @param mayDiffer whether servers that run it may end with different rows (an `ALTER TABLE` that computes values from
///     something the event does not carry, or numbers rows in storage order)
/// @param xid of an XA transaction, in the form of [ServerState#xaPrepared]; else empty
/// @param names every word and every quoted name of the text, in small letters; empty when the text cannot be read
public record GatedStatement(
        Gtid gtid,
        Kind kind,
        String database,
        String text,
        Doubt doubt,
        boolean mayDiffer,
        String xid,
        Set<String> names) {
    /// The most characters of a statement that a summary shows.
    private static final int SUMMARY = 120;

    /// What a statement is about.
    public enum Kind {
        DATABASE,
        TABLE,
        SEQUENCE,
        VIEW,
        TRIGGER,
        ROUTINE,
        EVENT,
        /// Accounts, roles, privileges, passwords; foreign servers too, which hold passwords.
        ACCOUNT,
        /// ANALYZE, OPTIMIZE, FLUSH and the like: nothing to find in any schema.
        MAINTENANCE,
        XA,
        OTHER
    }

    public GatedStatement {
        names = Set.copyOf(names);
    }

    /// Reads the transaction that begins with this slice.
    ///
    /// @throws IllegalArgumentException if it is not the first slice of a transaction
    public static GatedStatement of(Slice first) {
        if (!first.first()) {
            throw new IllegalArgumentException("not the first slice of " + first.gtid());
        }
        Optional<QueryEvent> query = QueryEvent.firstIn(first.bytes());
        if ((first.flags() & (Slice.PREPARED_XA | Slice.COMPLETED_XA)) != 0) {
            return xa(first, query);
        }
        return query.map(event -> read(first.gtid(), event))
                .orElseGet(() -> unreadable(first.gtid(), "", ""));
    }

    private static GatedStatement read(Gtid gtid, QueryEvent event) {
        if (!event.bytewise()) {
            return unreadable(gtid, event.database(), event.text());
        }
        try {
            List<Word> words = Words.of(event.text(), event.sqlMode());
            Reading reading = Reading.of(words);
            return new GatedStatement(
                    gtid,
                    reading.kind(),
                    event.database(),
                    event.text(),
                    reading.doubt(),
                    reading.mayDiffer(),
                    "",
                    names(words));
        } catch (Words.UnreadableException e) {
            return unreadable(gtid, event.database(), event.text());
        }
    }

    private static Set<String> names(List<Word> words) {
        return words.stream()
                .filter(word -> word.kind() == Word.Kind.WORD || word.kind() == Word.Kind.NAME)
                .map(word -> word.text().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static GatedStatement unreadable(Gtid gtid, String database, String text) {
        return new GatedStatement(
                gtid, Kind.OTHER, database, text, Doubt.PIECEMEAL, true, "", Set.of());
    }

    private static GatedStatement xa(Slice first, Optional<QueryEvent> query) {
        Doubt doubt = (first.flags() & Slice.COMPLETED_XA) != 0 ? Doubt.XA_END : Doubt.XA_PREPARE;
        return new GatedStatement(
                first.gtid(),
                Kind.XA,
                query.map(QueryEvent::database).orElse(""),
                query.map(QueryEvent::text).orElse(""),
                doubt,
                false,
                Xid.of(first),
                Set.of());
    }

    /// Whether it may be given again whatever happened before.
    public boolean idempotent() {
        return doubt == Doubt.HARMLESS;
    }

    /// One line for logs, without secrets.
    public String summary() {
        if (text.isEmpty()) {
            return "(a statement that could not be read)";
        }
        String line = text.replaceAll("\\s+", " ").strip();
        if (kind == Kind.ACCOUNT || kind == Kind.OTHER) {
            // passwords stand behind the first two words
            int second = line.indexOf(' ', line.indexOf(' ') + 1);
            return second < 0 ? line.split(" ", 2)[0] + " ..." : line.substring(0, second) + " ...";
        }
        return line.length() <= SUMMARY ? line : line.substring(0, SUMMARY) + " ...";
    }
}
