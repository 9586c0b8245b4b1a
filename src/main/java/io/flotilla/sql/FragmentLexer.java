package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.Locale;

/// Reads a [Fragment] once, from left to right, by MariaDB's lexical rules (sql/sql_lex.cc, `lex_one_token` and
/// `get_text`), and throws at the first thing that must not be there.
///
/// Where the server is subtle, this is blunt: every `--` outside quotes is refused, though the server reads `5--3` as a
/// difference, and so is a backslash outside quotes except in `\N`.
final class FragmentLexer {
    /// Deep enough for any hand-written expression; the server's parser recurses on its stack.
    static final int MAX_DEPTH = 100;

    private final Fragment.Kind kind;
    private final String field;
    private final String text;

    private int at;
    private int depth;
    private boolean anything;
    private boolean touchesSession;

    FragmentLexer(Fragment.Kind kind, String field, String text) {
        this.kind = kind;
        this.field = field;
        this.text = text;
    }

    boolean touchesSession() {
        return touchesSession;
    }

    void run() {
        refuseControlCharacters();
        while (at < text.length()) {
            token(text.charAt(at));
        }
        if (depth > 0) {
            throw refused("has a parenthesis that is not closed");
        }
        if (!anything) {
            throw refused("is empty");
        }
    }

    private void refuseControlCharacters() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r') {
                throw refused("holds a control character");
            }
        }
    }

    private void token(char c) {
        boolean first = !anything;
        switch (c) {
            case ' ', '\t', '\n', '\r' -> at++;
            case '\'', '"' -> {
                anything = true;
                string(c);
            }
            case '`' -> {
                anything = true;
                quotedName();
            }
            case '(' -> {
                anything = true;
                open(first);
            }
            default -> {
                anything = true;
                if (partOfWord(c)) {
                    word(first);
                } else {
                    symbol(c);
                }
            }
        }
    }

    /// A backslash takes the next character with it, and a doubled quote does not end the string.
    private void string(char quote) {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at += 2;
            } else if (c != quote) {
                at++;
            } else if (next() == quote) {
                at += 2;
            } else {
                at++;
                return;
            }
        }
        throw refused("has a string that is not closed");
    }

    /// Backslash means nothing between backticks.
    private void quotedName() {
        int start = ++at;
        while (at < text.length()) {
            if (text.charAt(at) != '`') {
                at++;
            } else if (next() == '`') {
                at += 2;
            } else {
                note(text.substring(start, at));
                at++;
                return;
            }
        }
        throw refused("has a quoted name that is not closed");
    }

    private void open(boolean first) {
        if (first && (kind == Fragment.Kind.SCHEMA || kind == Fragment.Kind.TYPE)) {
            // `CREATE TABLE t ((SELECT ...))` would make a table out of a query.
            throw refused("must start with a name or a type");
        }
        at++;
        if (++depth > MAX_DEPTH) {
            throw refused("nests deeper than " + MAX_DEPTH + " parentheses");
        }
    }

    private void word(boolean first) {
        int start = at;
        while (at < text.length() && partOfWord(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at).toUpperCase(Locale.ROOT);
        note(word);
        if (depth > 0 || followsQualifier(start)) {
            return;
        }
        if (kind.leaves(word)) {
            throw refused("may not hold " + word + " outside parentheses");
        }
        boolean definition = kind == Fragment.Kind.SCHEMA || kind == Fragment.Kind.TYPE;
        if (first && definition && (word.equals("WITH") || word.equals("VALUES"))) {
            throw refused("may not start with " + word);
        }
    }

    /// After `t.` the server takes a reserved word for a name, but not after `1.`, which is a number.
    private boolean followsQualifier(int start) {
        int dot = start - 1;
        if (dot < 1 || text.charAt(dot) != '.') {
            return false;
        }
        if (text.charAt(dot - 1) == '`') {
            return true;
        }
        for (int i = dot - 1; i >= 0 && partOfWord(text.charAt(i)); i--) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return true;
            }
        }
        return false;
    }

    private void note(String word) {
        if (Footprint.ofWord(word.toUpperCase(Locale.ROOT)) != Footprint.TRACES) {
            touchesSession = true;
        }
    }

    private void symbol(char c) {
        switch (c) {
            case ')' -> {
                if (--depth < 0) {
                    throw refused("closes a parenthesis that it did not open");
                }
            }
            case ';' -> throw refused("may not hold ';' outside quotes");
            case '?' -> throw refused("may not hold '?' outside quotes");
            case '#' -> throw refused("may not hold a comment ('#')");
            case '-' -> refusePair('-', "may not hold '--' outside quotes");
            case '/' -> refusePair('*', "may not hold a comment ('/*')");
            case '*' -> refusePair('/', "may not hold '*/' outside quotes");
            case '\\' -> {
                if (next() != 'N') {
                    throw refused("may not hold a backslash outside quotes");
                }
            }
            case '@' -> touchesSession = true;
            case ',' -> {
                if (kind == Fragment.Kind.TYPE && depth == 0) {
                    throw refused("is one column's type and may not hold ',' outside parentheses");
                }
            }
            default -> {
                // The server's parser judges the rest.
            }
        }
        at++;
    }

    private void refusePair(char second, String why) {
        if (next() == second) {
            throw refused(why);
        }
    }

    private char next() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    /// The server's identifier characters: anything beyond ASCII counts.
    private static boolean partOfWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$'
                || c >= 0x80;
    }

    private FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, field + " " + why);
    }
}
