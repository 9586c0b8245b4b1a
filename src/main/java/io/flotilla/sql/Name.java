package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.Locale;
import java.util.Set;

/// The name of a database, table or column that a client gave: letters of any script, digits, `_`, `$` and `-`.
///
/// Nothing in it can end a quoted identifier, so it is pasted into statements between backticks.
public final class Name {
    /// The server's own limit (NAME_CHAR_LEN).
    public static final int MAX_LENGTH = 64;

    /// Databases no request may name, in any case: on a case-sensitive server `MySQL` would be another database, but
    /// nobody means that one.
    private static final Set<String> OURS =
            Set.of("mysql", "sys", "flotilla", "information_schema", "performance_schema");

    private final String text;

    private Name(String text) {
        this.text = text;
    }

    /// @param field what the client calls it; the message names it
    /// @throws FlotillaException `BadRequest` if it is not a name
    public static Name of(String field, String text) {
        if (text.isEmpty()) {
            throw new FlotillaException(Failure.BAD_REQUEST, field + " is empty");
        }
        if (text.codePointCount(0, text.length()) > MAX_LENGTH) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, field + " is longer than " + MAX_LENGTH + " characters");
        }
        boolean first = true;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            if (!allowed(text.codePointAt(at), first)) {
                throw new FlotillaException(
                        Failure.BAD_REQUEST,
                        field + " may hold letters, digits, '_', '$' and '-' only");
            }
            first = false;
        }
        return new Name(text);
    }

    /// A database's name.
    ///
    /// @throws FlotillaException `BadRequest` if it is not a name, `Forbidden` if it is one of the system's
    public static Name database(String field, String text) {
        Name name = of(field, text);
        if (OURS.contains(text.toLowerCase(Locale.ROOT))) {
            throw new FlotillaException(
                    Failure.FORBIDDEN, "the database " + text + " is not for clients");
        }
        return name;
    }

    /// Marks (vowel signs of Devanagari, Thai, ...) are parts of letters. The server stores names in three bytes a
    /// character at most, so nothing beyond the basic plane can be one.
    private static boolean allowed(int point, boolean first) {
        if (point == '_' || point == '$' || point == '-') {
            return true;
        }
        if (!Character.isBmpCodePoint(point)) {
            return false;
        }
        return Character.isLetterOrDigit(point) || (!first && isMark(point));
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    public String text() {
        return text;
    }

    /// Between backticks, as it stands in a statement.
    String quoted() {
        return '`' + text + '`';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && name.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
