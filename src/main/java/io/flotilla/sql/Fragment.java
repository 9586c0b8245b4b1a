package io.flotilla.sql;

import java.util.Set;

/// A piece of a client's own SQL that stays within the place it is put into.
///
/// The guard is a lexer with the server's lexical rules, not a parser: it refuses what could end the statement, hide in
/// a comment or close a parenthesis it did not open; what remains is judged by the server, with the restricted
/// account's rights. The text is sent as it came. Sound only in a session pinned as [SessionPool] pins it: no
/// ANSI_QUOTES, no NO_BACKSLASH_ESCAPES, utf8mb4, one statement per request.
public final class Fragment {
    private final String text;
    private final boolean touchesSession;

    private Fragment(String text, boolean touchesSession) {
        this.text = text;
        this.touchesSession = touchesSession;
    }

    /// @param field what the client calls it; the message names it
    /// @throws io.flotilla.failure.FlotillaException `BadRequest` if it reaches beyond its place
    public static Fragment of(Kind kind, String field, String text) {
        FragmentLexer lexer = new FragmentLexer(kind, field, text);
        lexer.run();
        return new Fragment(text, lexer.touchesSession());
    }

    String text() {
        return text;
    }

    /// Whether it may leave something behind in its session (a user variable, a lock): that session is not used again.
    boolean touchesSession() {
        return touchesSession;
    }

    @Override
    public String toString() {
        return text;
    }

    /// Where the text goes, and which words would leave that place when they stand outside parentheses. They are
    /// reserved words, so nothing legitimate is called that without backticks.
    public enum Kind {
        /// `VALUES (...)`
        VALUES(Set.of("SELECT", "UNION", "INTO")),
        /// `SET ... WHERE (...)`
        SET(Set.of("WHERE", "ORDER", "LIMIT", "RETURNING", "FROM", "UNION", "SELECT", "INTO")),
        /// `WHERE (...)`
        WHERE(
                Set.of(
                        "WHERE",
                        "LIMIT",
                        "ORDER",
                        "GROUP",
                        "HAVING",
                        "RETURNING",
                        "UNION",
                        "INTERSECT",
                        "EXCEPT",
                        "INTO",
                        "PROCEDURE",
                        "FOR",
                        "LOCK",
                        "SELECT",
                        "WITH")),
        /// `ORDER BY ... LIMIT`
        ORDER(
                Set.of(
                        "WHERE",
                        "LIMIT",
                        "ORDER",
                        "GROUP",
                        "HAVING",
                        "RETURNING",
                        "UNION",
                        "INTERSECT",
                        "EXCEPT",
                        "INTO",
                        "PROCEDURE",
                        "FOR",
                        "LOCK",
                        "SELECT",
                        "FETCH")),
        /// `CREATE TABLE t (...)`
        SCHEMA(Set.of("LIKE", "SELECT", "UNION", "INTERSECT", "EXCEPT", "INTO")),
        /// One column's type in `CREATE TABLE t (...)`
        TYPE(Set.of("LIKE", "SELECT", "UNION", "INTERSECT", "EXCEPT", "INTO"));

        @SuppressWarnings("ImmutableEnumChecker") // Set.of is
        private final Set<String> leaving;

        Kind(Set<String> leaving) {
            this.leaving = leaving;
        }

        boolean leaves(String upperCaseWord) {
            return leaving.contains(upperCaseWord);
        }
    }
}
