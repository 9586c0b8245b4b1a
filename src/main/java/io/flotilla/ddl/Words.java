package io.flotilla.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts a statement into words, as the server's own scanner does (`sql/sql_lex.cc`): comments are left out, comments
/// that the server executes (`/*! .. */`, `/*M! .. */`) are read like any other text.
final class Words {
    /// The server executes comments of versions up to its own, but no MySQL version from 50700 on.
    private static final int FIRST_MYSQL_ONLY = 50_700;

    private static final int FIRST_MARIADB_ONLY = 100_000;

    /// Comments up to this version every server that we run executes (docs/design.md, section 9: 10.11 or newer).
    private static final int OLDEST_SERVER = 101_100;

    private final String text;
    private final boolean ansiQuotes;
    private final boolean backslashes;
    private final List<Word> words = new ArrayList<>();
    private int at;
    private boolean executed;

    private Words(String text, long sqlMode) {
        this.text = text;
        this.ansiQuotes = (sqlMode & QueryEvent.ANSI_QUOTES) != 0;
        this.backslashes = (sqlMode & QueryEvent.NO_BACKSLASH_ESCAPES) == 0;
    }

    /// The text cannot be read with certainty.
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    static List<Word> of(String text, long sqlMode) throws UnreadableException {
        Words words = new Words(text, sqlMode);
        words.scan();
        return words.words;
    }

    private void scan() throws UnreadableException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == 0) {
                at++;
            } else if (c == '#' || lineComment()) {
                skipLine();
            } else if (text.startsWith("/*", at)) {
                comment();
            } else if (executed && text.startsWith("*/", at)) {
                executed = false;
                at += 2;
            } else if (c == '\'' || (c == '"' && !ansiQuotes)) {
                quoted(c, backslashes);
                words.add(Word.STRING);
            } else if (c == '`' || c == '"') {
                int from = at + 1;
                quoted(c, false);
                String quote = String.valueOf(c);
                String name = text.substring(from, at - 1).replace(quote + quote, quote);
                words.add(new Word(Word.Kind.NAME, name));
            } else if (partOfWord(c)) {
                word();
            } else {
                words.add(new Word(Word.Kind.SYMBOL, String.valueOf(c)));
                at++;
            }
        }
        if (executed) {
            throw new UnreadableException("a comment without an end");
        }
    }

    private boolean lineComment() {
        return text.startsWith("--", at) && (at + 2 == text.length() || text.charAt(at + 2) <= ' ');
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
    }

    private void comment() throws UnreadableException {
        int open = text.startsWith("/*!", at) ? 3 : text.startsWith("/*M!", at) ? 4 : 0;
        if (open == 0 || executed) {
            skipComment();
            return;
        }
        int digits = at + open;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        int count = digits - at - open;
        if (count == 0) {
            at += open;
            executed = true;
        } else if (count == 5 || count == 6) {
            versioned(Integer.parseInt(text, at + open, digits, 10), open == 4, digits);
        } else {
            throw new UnreadableException("a comment for an odd version");
        }
    }

    private void versioned(int version, boolean mariaDb, int behind) throws UnreadableException {
        if (version >= FIRST_MYSQL_ONLY && version < FIRST_MARIADB_ONLY && !mariaDb) {
            if (text.indexOf("/*", behind) >= 0
                    && text.indexOf("/*", behind) < text.indexOf("*/", behind)) {
                throw new UnreadableException("a comment within a comment");
            }
            skipComment();
        } else if (version <= OLDEST_SERVER) {
            at = behind;
            executed = true;
        } else {
            throw new UnreadableException(
                    "whether the server executes this depends on its version");
        }
    }

    private void skipComment() throws UnreadableException {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
            throw new UnreadableException("a comment without an end");
        }
        at = end + 2;
    }

    private void quoted(char quote, boolean escapes) throws UnreadableException {
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && escapes) {
                i++;
            } else if (c == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                    i++;
                } else {
                    at = i + 1;
                    return;
                }
            }
        }
        throw new UnreadableException("a quote without an end");
    }

    private static boolean partOfWord(char c) {
        return c == '_' || c == '$' || Character.isLetterOrDigit(c) || c >= 0x80;
    }

    private void word() {
        int from = at;
        while (at < text.length() && partOfWord(text.charAt(at))) {
            at++;
        }
        words.add(new Word(Word.Kind.WORD, text.substring(from, at).toUpperCase(Locale.ROOT)));
    }
}
