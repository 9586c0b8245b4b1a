package io.flotilla.door;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The KILL statements in a text of SQL, made soft.
///
/// A hard KILL of a session that waits for its acknowledgement makes the server commit without one, with OK to the
/// client; `KILL SOFT` does not (docs/notes/semisync.md). `KILL` is a reserved word, so that one outside of quotes and
/// comments is the statement, wherever it stands: alone, behind another statement, inside BEGIN ... END, in a comment
/// that is executed.
///
/// The text is read without knowing the session's character set and `sql_mode`. Where they could make a difference (a
/// backslash before the word, a byte that may be half a character before a quote) a text is left as it is unless it
/// begins with KILL: rather a hard KILL, which meets the stall gate, than a changed string.
final class KillText {
    private static final byte[] SOFT = " SOFT".getBytes(StandardCharsets.US_ASCII);

    private final byte[] text;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int at;
    private int copied;
    private int softened;
    private boolean begun;
    private boolean doubtful;

    private KillText(byte[] text) {
        this.text = text;
    }

    /// @return the text with `SOFT` behind each KILL; null when nothing is to be changed
    static byte @Nullable [] soften(byte[] text) {
        KillText kill = new KillText(text);
        kill.read();
        return kill.softened == 0 ? null : kill.rest();
    }

    /// Whether the four letters are anywhere; the quick question, asked of every statement.
    static boolean mentionsKill(ByteBuffer bytes, int from, int to) {
        for (int i = from; i < to - 3; i++) {
            if ((bytes.get(i) | 0x20) == 'k'
                    && (bytes.get(i + 1) | 0x20) == 'i'
                    && (bytes.get(i + 2) | 0x20) == 'l'
                    && (bytes.get(i + 3) | 0x20) == 'l') {
                return true;
            }
        }
        return false;
    }

    private byte[] rest() {
        out.write(text, copied, text.length - copied);
        return out.toByteArray();
    }

    private void read() {
        while (at < text.length) {
            int c = text[at] & 0xff;
            if (c == '\'' || c == '"' || c == '`') {
                doubtful |= at > 0 && text[at - 1] < 0;
                quoted(c);
            } else if (c == '#' || c == '-' && dashes()) {
                line();
            } else if (c == '/' && next(1) == '*') {
                comment();
            } else if (c == '*' && next(1) == '/') {
                // The end of a comment that is executed.
                at += 2;
            } else if (letter(c)) {
                word();
            } else {
                begun |= !blank(c) && c != ';' && c != '(';
                doubtful |= c == '\\';
                at++;
            }
        }
    }

    private int next(int ahead) {
        return at + ahead < text.length ? text[at + ahead] & 0xff : -1;
    }

    /// Two dashes begin a comment when a blank, a control character or the end follows.
    private boolean dashes() {
        int third = next(2);
        return next(1) == '-' && third <= ' ';
    }

    private void quoted(int quote) {
        begun = true;
        at++;
        while (at < text.length) {
            int c = text[at++] & 0xff;
            if (c == quote) {
                // A doubled quote opens a string again at once: the same to us.
                return;
            }
            if (c == '\\') {
                doubtful = true;
                if (quote != '`' && at < text.length) {
                    at++;
                }
            }
        }
    }

    private void line() {
        while (at < text.length && text[at] != '\n') {
            at++;
        }
    }

    /// `/*! ... */` and `/*M! ... */`, with a version or without, are executed: their content is read on.
    private void comment() {
        at += 2;
        int c = next(0);
        if (c == '!' || c == 'M' && next(1) == '!') {
            at += c == '!' ? 1 : 2;
            while (next(0) >= '0' && next(0) <= '9') {
                at++;
            }
            return;
        }
        while (at < text.length && !(text[at] == '*' && next(1) == '/')) {
            at++;
        }
        at += 2;
    }

    private void word() {
        int begin = at;
        while (at < text.length && letter(text[at] & 0xff)) {
            at++;
        }
        boolean first = !begun;
        begun = true;
        if (is(begin, at, "kill") && !partOfName(begin) && (first || !doubtful)) {
            kill();
        }
    }

    /// `t.kill`, `@kill`, `:kill`: names.
    private boolean partOfName(int begin) {
        if (begin == 0) {
            return false;
        }
        int before = text[begin - 1] & 0xff;
        return before == '.' || before == '@' || before == ':';
    }

    private void kill() {
        int behind = at;
        skipBlanksAndComments();
        int begin = at;
        while (at < text.length && letter(text[at] & 0xff)) {
            at++;
        }
        if (is(begin, at, "soft")) {
            return;
        }
        out.write(text, copied, behind - copied);
        out.write(SOFT, 0, SOFT.length);
        softened++;
        if (is(begin, at, "hard")) {
            out.write(text, behind, begin - behind);
            copied = at;
        } else {
            copied = behind;
            at = begin;
        }
    }

    private void skipBlanksAndComments() {
        while (at < text.length) {
            int c = text[at] & 0xff;
            if (blank(c)) {
                at++;
            } else if (c == '#' || c == '-' && dashes()) {
                line();
            } else if (c == '/' && next(1) == '*') {
                comment();
            } else if (c == '*' && next(1) == '/') {
                at += 2;
            } else {
                return;
            }
        }
    }

    private boolean is(int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean blank(int c) {
        return c <= ' ';
    }

    /// What names and words are made of; bytes above ASCII belong to names in every character set a client may use.
    private static boolean letter(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '_'
                || c == '$'
                || c >= 0x80;
    }
}
