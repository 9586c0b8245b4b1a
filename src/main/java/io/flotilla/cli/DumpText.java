package io.flotilla.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// A dump, read statement by statement: `DELIMITER` is followed, comments are left out, and what stands in comments for
/// servers such as ours (`/*!50003 ... */`, `/*M!100616 ... */`) stands there plainly.
///
/// The file is bytes: `mariadb-dump` writes blobs as they are. So the text here has one character for each byte
/// (ISO 8859-1); [DumpStatement] makes it readable. Memory: one statement. Not thread-safe.
final class DumpText {
    /// What servers execute in `/*!NNNNN`: up to 5.06.99 as MySQL did, and from MariaDB 10.0 on (sql/sql_lex.cc).
    private static final int LAST_OF_MYSQL = 50_699;

    private static final int FIRST_OF_MARIADB = 100_000;

    /// The packaged server's; of an older one a dump of today asks nothing that matters.
    private static final int OURS = 110_405;

    /// No server takes a longer one (`max_allowed_packet` of ours).
    static final int MAX_STATEMENT = 64 << 20;

    private final InputStream in;
    private final StringBuilder statement = new StringBuilder();
    private String delimiter = ";";
    private int next = -2;
    private long line = 1;
    private long began = 1;
    private long bytes;
    private int executable;

    /// @param in buffered
    DumpText(InputStream in) {
        this.in = in;
    }

    /// @param text a character for each byte
    /// @param line where it begins, from 1
    record Statement(String text, long line) {}

    /// How much of it was read.
    long bytes() {
        return bytes;
    }

    /// @throws IOException if it cannot be read, or a statement is too long
    Optional<Statement> next() throws IOException {
        statement.setLength(0);
        while (peek() >= 0) {
            if (statement.isEmpty()) {
                began = line;
                if (Character.isWhitespace(peek())) {
                    take();
                    continue;
                }
            }
            if (readDelimiter()) {
                continue;
            }
            int c = take();
            if (c == '\'' || c == '"' || c == '`') {
                quoted((char) c);
            } else if (c == '#') {
                line("#");
            } else if (c == '-' && startsComment()) {
                line("--");
            } else if (c == '/' && peek() == '*') {
                comment();
            } else if (executable > 0 && c == '*' && peek() == '/') {
                take();
                executable--;
                append(' ');
            } else {
                append((char) c);
            }
            if (endsWithDelimiter(c)) {
                statement.setLength(statement.length() - delimiter.length());
                Optional<Statement> whole = whole();
                if (whole.isPresent()) {
                    return whole;
                }
            }
        }
        return whole();
    }

    private Optional<Statement> whole() {
        String text = statement.toString().strip();
        statement.setLength(0);
        return text.isEmpty() ? Optional.empty() : Optional.of(new Statement(text, began));
    }

    private boolean endsWithDelimiter(int last) {
        int from = statement.length() - delimiter.length();
        return last == delimiter.charAt(delimiter.length() - 1)
                && from >= 0
                && executable == 0
                && statement.indexOf(delimiter, from) == from;
    }

    /// A line `DELIMITER ...` where a statement could begin.
    private boolean readDelimiter() throws IOException {
        if (statement.length() != "DELIMITER".length()
                || !Character.isWhitespace(peek())
                || !statement.toString().toUpperCase(Locale.ROOT).equals("DELIMITER")) {
            return false;
        }
        StringBuilder word = new StringBuilder();
        while (peek() >= 0 && peek() != '\n') {
            word.append((char) take());
        }
        statement.setLength(0);
        if (!word.toString().isBlank()) {
            delimiter = word.toString().strip();
        }
        return true;
    }

    private void quoted(char quote) throws IOException {
        append(quote);
        while (peek() >= 0) {
            int c = take();
            append((char) c);
            if (c == quote) {
                return;
            }
            if (c == '\\' && quote != '`' && peek() >= 0) {
                append((char) take());
            }
        }
    }

    /// After one `-`: a comment if another and then a blank follow.
    private boolean startsComment() throws IOException {
        if (peek() != '-') {
            return false;
        }
        take();
        if (peek() < 0 || Character.isWhitespace(peek())) {
            return true;
        }
        append('-');
        return false;
    }

    /// A comment is a part of a routine's body; before a statement it is nothing.
    private void line(String begin) throws IOException {
        boolean kept = !statement.isEmpty();
        appendIf(kept, begin);
        while (peek() >= 0 && peek() != '\n') {
            int c = take();
            appendIf(kept, String.valueOf((char) c));
        }
    }

    private void appendIf(boolean kept, String text) throws IOException {
        if (kept) {
            for (int i = 0; i < text.length(); i++) {
                append(text.charAt(i));
            }
        }
    }

    /// After `/`, at `*`.
    private void comment() throws IOException {
        take();
        boolean mariadb = peek() == 'M';
        if (mariadb) {
            take();
        }
        if (peek() != '!') {
            comment(!statement.isEmpty(), mariadb ? "/*M" : "/*");
            return;
        }
        take();
        int version = 0;
        for (int digits = 0; digits < 6 && Character.isDigit(peek()); digits++) {
            version = version * 10 + (take() - '0');
        }
        boolean executed =
                version <= OURS
                        && (mariadb || version <= LAST_OF_MYSQL || version >= FIRST_OF_MARIADB);
        if (executed) {
            executable++;
            append(' ');
        } else {
            comment(false, "");
        }
    }

    /// To the end of the comment, and of those in it.
    private void comment(boolean kept, String begin) throws IOException {
        appendIf(kept, begin);
        int depth = 1;
        while (depth > 0 && peek() >= 0) {
            int c = take();
            appendIf(kept, String.valueOf((char) c));
            if (c == '*' && peek() == '/') {
                appendIf(kept, "/");
                take();
                depth--;
            } else if (c == '/' && peek() == '*') {
                appendIf(kept, "*");
                take();
                depth++;
            }
        }
        appendIf(!kept && !statement.isEmpty(), " ");
    }

    private void append(char c) throws IOException {
        if (statement.length() >= MAX_STATEMENT) {
            throw new IOException(
                    "the statement of line " + began + " is longer than " + MAX_STATEMENT);
        }
        statement.append(c);
    }

    private int peek() throws IOException {
        if (next == -2) {
            next = in.read();
        }
        return next;
    }

    private int take() throws IOException {
        int c = peek();
        next = -2;
        bytes++;
        if (c == '\n') {
            line++;
        }
        return c;
    }

    /// The readable form of a part of the text.
    static String readable(String text) {
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
