package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One statement in a client's own words, with its values: looked at, not understood. What it may do is decided by the
/// rights of the account it runs under; that it leaves nothing behind, by a reset of the session.
///
/// @param sql with a question mark for each value
/// @param values String, Boolean, Long, BigInteger, BigDecimal or null, in order
/// @param kind what it is, by its first words
/// @param footprint what it leaves behind in its session
public record RawStatement(
        String sql, List<@Nullable Object> values, Kind kind, Footprint footprint) {
    /// The server's own limit of parameters (a 16-bit count).
    public static final int MAX_VALUES = 65_535;

    public RawStatement {
        // Not List.copyOf: a value may be null.
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /// A statement whose values stand for its question marks.
    ///
    /// @throws FlotillaException `BadRequest` if it is not a statement a client may send, or the values do not fit
    public static RawStatement of(String sql, List<@Nullable Object> values) {
        StatementLexer lexer = read(sql);
        if (lexer.marks().stream().anyMatch(mark -> !mark.name().isEmpty())) {
            if (values.isEmpty()) {
                // `:name` without values can only be a part of the SQL itself, such as a label.
                return of(sql, values, lexer);
            }
            throw refused("has named parameters: give their values as an object");
        }
        if (!values.isEmpty() || lexer.marks().isEmpty()) {
            requireCount(lexer.marks().size(), values.size());
        } else {
            throw refused("has " + lexer.marks().size() + " parameters and no values");
        }
        return of(sql, values, lexer);
    }

    private static RawStatement of(
            String sql, List<@Nullable Object> values, StatementLexer lexer) {
        Kind kind = Kind.of(lexer);
        boolean known = kind == Kind.QUERY || kind == Kind.ROWS;
        return new RawStatement(sql, values, kind, known ? lexer.footprint() : Footprint.LOCKS);
    }

    /// A statement whose values stand for `:name`.
    ///
    /// @throws FlotillaException `BadRequest` if it is not a statement a client may send, or the values do not fit
    public static RawStatement named(String sql, Map<String, @Nullable Object> values) {
        StatementLexer lexer = read(sql);
        StringBuilder rewritten = new StringBuilder(sql.length());
        List<@Nullable Object> ordered = new ArrayList<>();
        Set<String> unused = new HashSet<>(values.keySet());
        int copied = 0;
        for (StatementLexer.Mark mark : lexer.marks()) {
            if (mark.name().isEmpty()) {
                throw refused("mixes '?' and named parameters");
            }
            if (!values.containsKey(mark.name())) {
                throw refused("has no value for the parameter " + mark.name());
            }
            rewritten.append(sql, copied, mark.start()).append('?');
            copied = mark.end();
            ordered.add(values.get(mark.name()));
            unused.remove(mark.name());
        }
        rewritten.append(sql, copied, sql.length());
        if (!unused.isEmpty()) {
            throw refused("has no parameter " + String.join(", ", unused));
        }
        requireCount(ordered.size(), ordered.size());
        return of(rewritten.toString(), ordered, lexer);
    }

    /// Whether it may be run again though it may have been run before: `IF [NOT] EXISTS`, `OR REPLACE`.
    boolean repeatable() {
        StatementLexer lexer = new StatementLexer(sql);
        lexer.run();
        return !lexer.executableComment() && lexer.repeatable();
    }

    private static StatementLexer read(String sql) {
        StatementLexer lexer = new StatementLexer(sql);
        lexer.run();
        if (lexer.leading().isEmpty()) {
            throw refused("is empty, or does not begin with a word");
        }
        if (lexer.kills()) {
            // A hard KILL lets a commit that waits for its majority through.
            throw refused("may not hold KILL");
        }
        return lexer;
    }

    private static void requireCount(int marks, int values) {
        if (marks != values) {
            throw refused("has " + marks + " parameters and " + values + " values");
        }
        if (marks > MAX_VALUES) {
            throw refused("has more than " + MAX_VALUES + " parameters");
        }
    }

    private static FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, "the statement " + why);
    }

    /// What a statement is, as far as its first words tell.
    public enum Kind {
        /// Gives rows and changes nothing, unless a function in it does.
        QUERY,
        /// Changes rows; cannot commit by itself.
        ROWS,
        /// May do anything inside: calls, blocks, settings of the session.
        ANYTHING,
        /// Changes definitions: commits whatever is open, cannot be undone.
        DEFINITION;

        private static final Set<String> QUERIES =
                Set.of(
                        "SELECT",
                        "WITH",
                        "VALUES",
                        "SHOW",
                        "DESCRIBE",
                        "DESC",
                        "EXPLAIN",
                        "HELP",
                        "CHECKSUM");
        private static final Set<String> CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "REPLACE");
        private static final Set<String> OPEN =
                Set.of("CALL", "DO", "SET", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "LOAD");
        private static final Set<String> TRANSACTIONS =
                Set.of(
                        "START",
                        "COMMIT",
                        "ROLLBACK",
                        "SAVEPOINT",
                        "RELEASE",
                        "XA",
                        "LOCK",
                        "UNLOCK");
        private static final Set<String> SESSIONS =
                Set.of("PREPARE", "EXECUTE", "DEALLOCATE", "HANDLER");

        static Kind of(StatementLexer lexer) {
            List<String> words = lexer.leading();
            String first = words.getFirst();
            String second = words.size() > 1 ? words.get(1) : "";
            if (TRANSACTIONS.contains(first) || (first.equals("BEGIN") && !second.equals("NOT"))) {
                throw refused(
                        "may not be "
                                + first
                                + ": use the parameter transaction, or a transaction of /tx");
            }
            if (SESSIONS.contains(first)) {
                throw refused("may not be " + first + ": a request's session ends with it");
            }
            if (first.equals("USE")) {
                throw refused("may not be USE: name the database with db=");
            }
            if (first.equals("ANALYZE")) {
                // `ANALYZE SELECT` explains; `ANALYZE [LOCAL] TABLE` writes statistics.
                boolean explains = Set.of("SELECT", "WITH", "FORMAT").contains(second);
                return lexer.executableComment() || !explains ? DEFINITION : QUERY;
            }
            if (QUERIES.contains(first)) {
                // The server may skip what the lexer has read in such a comment, or the other way
                // round.
                return lexer.executableComment() ? ANYTHING : QUERY;
            }
            if (CHANGES.contains(first)) {
                return lexer.executableComment() ? ANYTHING : ROWS;
            }
            if (first.equals("BEGIN") || OPEN.contains(first) || temporary(words)) {
                return ANYTHING;
            }
            return DEFINITION;
        }

        private static boolean temporary(List<String> words) {
            return Set.of("CREATE", "DROP").contains(words.getFirst())
                    && words.contains("TEMPORARY");
        }
    }
}
