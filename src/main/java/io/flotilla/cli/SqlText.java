package io.flotilla.cli;

import java.util.Locale;
import java.util.Optional;

/// What was typed so far, taken apart into statements: they end with `;` outside of quotes and comments, or with what
/// `DELIMITER` says, as in MariaDB's own shell. A line that begins with a backslash, where a statement could begin, is
/// for the shell.
final class SqlText {
    private final StringBuilder text = new StringBuilder();
    private String delimiter = ";";

    SqlText(String text) {
        this.text.append(text);
    }

    void add(String line) {
        text.append(line).append('\n');
    }

    /// Nothing follows: what is left is a statement without its end.
    void end() {
        if (!isBlank()) {
            text.append('\n').append(delimiter);
        }
    }

    /// Whether nothing but white space is left.
    boolean isBlank() {
        return text.toString().isBlank();
    }

    void clear() {
        text.setLength(0);
    }

    /// The next statement that is complete, without its end; empty when there is none yet. What holds nothing but comments
    /// is none.
    Optional<String> next() {
        while (true) {
            String line = firstLine();
            if (line.toUpperCase(Locale.ROOT).startsWith("DELIMITER ")) {
                delimiter = line.substring("DELIMITER ".length()).strip();
                dropLine();
            } else if (line.startsWith("\\")) {
                dropLine();
                return Optional.of(line);
            } else {
                int end = delimiterAt();
                if (end < 0) {
                    return Optional.empty();
                }
                boolean hollow = hollow(end);
                String statement = text.substring(0, end).strip();
                text.delete(0, end + delimiter.length());
                if (!hollow) {
                    return Optional.of(statement);
                }
            }
        }
    }

    /// Whether there are only comments and white space before that. `/*! */` is a comment to others, not to the server.
    private boolean hollow(int end) {
        int at = 0;
        while (at < end) {
            char c = text.charAt(at);
            boolean comment =
                    c == '#'
                            || dashes(at)
                            || (startsWith("/*", at)
                                    && !startsWith("/*!", at)
                                    && !startsWith("/*M!", at));
            if (!comment && c > ' ') {
                return false;
            }
            at = after(at);
        }
        return true;
    }

    private String firstLine() {
        String rest = text.toString().stripLeading();
        int end = rest.indexOf('\n');
        return (end < 0 ? rest : rest.substring(0, end)).strip();
    }

    private void dropLine() {
        int start = text.length() - text.toString().stripLeading().length();
        int end = text.indexOf("\n", start);
        text.delete(0, end < 0 ? text.length() : end + 1);
    }

    /// Where the delimiter stands; -1 if nowhere outside of quotes and comments.
    private int delimiterAt() {
        int at = 0;
        while (at < text.length()) {
            if (startsWith(delimiter, at)) {
                return at;
            }
            at = after(at);
        }
        return -1;
    }

    /// Where what begins here is over: a quoted text, a comment, one character.
    private int after(int at) {
        char c = text.charAt(at);
        if (c == '\'' || c == '"' || c == '`') {
            return afterQuoted(at, c);
        }
        if (c == '#' || dashes(at)) {
            return after(at, "\n");
        }
        return startsWith("/*", at) ? after(at + 2, "*/") : at + 1;
    }

    private boolean startsWith(String word, int at) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= text.length() || text.charAt(at + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Two dashes and white space begin a comment; two dashes and a digit do not.
    private boolean dashes(int at) {
        return startsWith("--", at) && (at + 2 >= text.length() || text.charAt(at + 2) <= ' ');
    }

    private int after(int from, String end) {
        int found = text.indexOf(end, from);
        return found < 0 ? text.length() : found + end.length();
    }

    private int afterQuoted(int start, char quote) {
        int at = start + 1;
        while (at < text.length() && text.charAt(at) != quote) {
            at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
        }
        return Math.min(at + 1, text.length());
    }
}
