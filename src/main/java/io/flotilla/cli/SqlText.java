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

    /// Whether nothing but white space is left.
    boolean isBlank() {
        return text.toString().isBlank();
    }

    void clear() {
        text.setLength(0);
    }

    /// The next statement that is complete, without its end; empty when there is none yet.
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
                break;
            }
        }
        int end = end();
        if (end < 0) {
            return Optional.empty();
        }
        String statement = text.substring(0, end).strip();
        text.delete(0, end + delimiter.length());
        return Optional.of(statement);
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
    private int end() {
        int at = 0;
        while (at < text.length()) {
            if (text.indexOf(delimiter, at) == at) {
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
        if (c == '#' || text.indexOf("-- ", at) == at) {
            return after(at, "\n");
        }
        return text.indexOf("/*", at) == at ? after(at + 2, "*/") : at + 1;
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
