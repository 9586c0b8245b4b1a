package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a client's whole statement once, by MariaDB's lexical rules (sql/sql_lex.cc), to know how it begins, where its
/// parameters are, and which words it holds outside of quotes. It understands nothing more of SQL.
///
/// Sound as long as the session has neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES, which [SessionPool] sees to; a client
/// that sets them in its own request can deceive itself only.
final class StatementLexer {
    /// As many words as it takes to tell what a statement is: `CREATE OR REPLACE TEMPORARY TABLE`.
    private static final int LEADING = 6;

    /// The beginnings of definitions that change nothing when what they say is so already. Not `ALTER`, whose
    /// `IF EXISTS` covers a part of it only.
    private static final Pattern REPEATABLE =
            Pattern.compile(
                    "(CREATE( (UNIQUE|DATABASE|SCHEMA|TABLE|SEQUENCE|INDEX|VIEW|USER|ROLE|EVENT|TRIGGER|FUNCTION|PROCEDURE))+ IF NOT EXISTS.*)"
                            + "|(CREATE OR REPLACE .*)"
                            + "|(DROP [A-Z]+ IF EXISTS.*)");

    /// Of those statements alone that begin so is it known what else they see and leave.
    private static final Set<String> PLAIN =
            Set.of("SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE");

    private final String text;
    private final List<String> leading = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private int at;
    private boolean kills;
    private boolean leadingOver;
    private boolean executableComment;
    private Footprint footprint = Footprint.TRACES;

    StatementLexer(String text) {
        this.text = text;
    }

    /// A parameter's place in the text.
    ///
    /// @param name without its colon; empty for a question mark
    record Mark(int start, int end, String name) {}

    void run() {
        while (at < text.length()) {
            token(text.charAt(at));
        }
    }

    /// The first words, in upper case; a parenthesis before them does not count.
    List<String> leading() {
        return leading;
    }

    List<Mark> marks() {
        return marks;
    }

    /// Whether it holds the reserved word KILL.
    boolean kills() {
        return kills;
    }

    /// Whether it is a definition that may be run twice.
    boolean repeatable() {
        return REPEATABLE.matcher(String.join(" ", leading)).matches();
    }

    /// Whether a part of it is a comment to everybody but MariaDB: `/*! ... */`.
    boolean executableComment() {
        return executableComment;
    }

    /// What it leaves behind.
    Footprint footprint() {
        if (executableComment || leading.isEmpty()) {
            return Footprint.LOCKS;
        }
        return PLAIN.contains(leading.getFirst()) ? footprint : footprint.and(Footprint.STATE);
    }

    private void token(char c) {
        switch (c) {
            case '\'', '"', '`' -> quoted(c);
            case '#' -> lineComment();
            case '-' -> {
                if (next() == '-' && (at + 2 >= text.length() || text.charAt(at + 2) <= ' ')) {
                    lineComment();
                } else {
                    symbol();
                }
            }
            case '/' -> {
                if (next() == '*') {
                    comment();
                } else {
                    symbol();
                }
            }
            case '?' -> {
                marks.add(new Mark(at, at + 1, ""));
                symbol();
            }
            case ':' -> colon();
            case '@' -> {
                footprint = footprint.and(Footprint.STATE);
                symbol();
            }
            case '(' -> {
                // Before the first word it only groups: `(SELECT 1) UNION ...`.
                if (leading.isEmpty()) {
                    at++;
                } else {
                    symbol();
                }
            }
            default -> {
                if (partOfWord(c)) {
                    word();
                } else if (c <= ' ') {
                    at++;
                } else {
                    symbol();
                }
            }
        }
    }

    private void symbol() {
        leadingOver = true;
        at++;
    }

    private void quoted(char quote) {
        leadingOver = true;
        int start = ++at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && quote != '`') {
                at += 2;
            } else if (c != quote) {
                at++;
            } else if (next() == quote) {
                at += 2;
            } else {
                if (quote == '`') {
                    note(text.substring(start, at).toUpperCase(Locale.ROOT));
                }
                at++;
                return;
            }
        }
        throw refused("has a quote that is not closed");
    }

    private void lineComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    /// What MariaDB executes (`/*! */`, `/*M! */`) is read over here; whoever it could deceive asks
    /// [#executableComment].
    private void comment() {
        if (text.startsWith("/*!", at) || text.startsWith("/*M!", at)) {
            executableComment = true;
            at = text.indexOf('!', at) + 1;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            return;
        }
        if (text.startsWith("/*/", at)) {
            // To the driver this comment ends here, to the server it begins.
            throw refused("may not hold '/*/'");
        }
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
            throw refused("has a comment that is not closed");
        }
        at = end + 2;
    }

    private void colon() {
        int start = at++;
        leadingOver = true;
        if (at < text.length() && startsName(text.charAt(at))) {
            while (at < text.length() && partOfWord(text.charAt(at))) {
                at++;
            }
            marks.add(new Mark(start, at, text.substring(start + 1, at)));
        }
    }

    private void word() {
        int start = at;
        while (at < text.length() && partOfWord(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at).toUpperCase(Locale.ROOT);
        if (!leadingOver && leading.size() < LEADING) {
            leading.add(word);
        }
        if (word.equals("KILL") && !qualified(start)) {
            kills = true;
        }
        note(word);
    }

    private void note(String word) {
        footprint = footprint.and(Footprint.ofWord(word));
    }

    /// After `t.` and `@` the server takes a reserved word for a name.
    private boolean qualified(int start) {
        return start > 0 && (text.charAt(start - 1) == '.' || text.charAt(start - 1) == '@');
    }

    private char next() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    private static boolean startsName(char c) {
        return partOfWord(c) && (c < '0' || c > '9');
    }

    private static boolean partOfWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$'
                || c >= 0x80;
    }

    private static FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, "the statement " + why);
    }
}
