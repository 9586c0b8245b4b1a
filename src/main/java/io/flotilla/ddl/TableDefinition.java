package io.flotilla.ddl;

import java.util.regex.Pattern;

/// Takes out of a `SHOW CREATE TABLE` what differs between servers that are equal.
final class TableDefinition {
    /// The counter moves with failed inserts too, and is not replicated.
    private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");

    /// A column made by CREATE TABLE .. SELECT has no default where the same column made by CREATE TABLE has NULL.
    private static final Pattern NULL_BY_DEFAULT = Pattern.compile(" DEFAULT NULL(?=[,\\n ]|$)");

    private TableDefinition() {}

    /// Changes only what stands outside quotes.
    static String normalise(String definition) {
        StringBuilder result = new StringBuilder(definition.length());
        int at = 0;
        while (at < definition.length()) {
            int quote = nextQuote(definition, at);
            result.append(strip(definition.substring(at, quote)));
            at = endOfQuoted(definition, quote);
            result.append(definition, quote, at);
        }
        return result.toString();
    }

    /// Whether this is the table behind a sequence, which says nothing of the sequence itself.
    static boolean isSequence(String definition) {
        int at = 0;
        while (at < definition.length()) {
            int quote = nextQuote(definition, at);
            if (definition.substring(at, quote).contains(" SEQUENCE=1")) {
                return true;
            }
            at = endOfQuoted(definition, quote);
        }
        return false;
    }

    private static String strip(String text) {
        return NULL_BY_DEFAULT.matcher(COUNTER.matcher(text).replaceAll("")).replaceAll("");
    }

    private static int nextQuote(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '\'' || text.charAt(i) == '`') {
                return i;
            }
        }
        return text.length();
    }

    /// @return where the quoted part that begins at `from` has ended; a doubled quote is two quoted parts in a row, which
    ///     comes to the same
    private static int endOfQuoted(String text, int from) {
        if (from == text.length()) {
            return from;
        }
        char quote = text.charAt(from);
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && quote == '\'') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i + 1;
            }
        }
        return text.length();
    }
}
