package io.flotilla.ddl;

import static io.flotilla.ddl.Doubt.ALL_OR_NOTHING;
import static io.flotilla.ddl.Doubt.HARMLESS;
import static io.flotilla.ddl.Doubt.PIECEMEAL;

import io.flotilla.ddl.GatedStatement.Kind;
import java.util.List;
import java.util.Set;

/// Reads what follows ALTER.
final class Alter {
    /// Functions whose value the event does not carry: random, of the server, of the account, or of a session variable
    /// that does not travel (notes on what differed: `default_week_format`, `block_encryption_mode`, `old_passwords`).
    private static final Set<String> UNCERTAIN_FUNCTIONS =
            Set.of(
                    "UUID",
                    "UUID_SHORT",
                    "UUID_V4",
                    "UUID_V7",
                    "SYS_GUID",
                    "RAND",
                    "RANDOM_BYTES",
                    "SYSDATE",
                    "USER",
                    "SESSION_USER",
                    "SYSTEM_USER",
                    "CURRENT_USER",
                    "NEXTVAL",
                    "LASTVAL",
                    "SETVAL",
                    "LAST_INSERT_ID",
                    "FOUND_ROWS",
                    "ROW_COUNT",
                    "LOAD_FILE",
                    "ENCRYPT",
                    "PASSWORD",
                    "OLD_PASSWORD",
                    "AES_ENCRYPT",
                    "AES_DECRYPT",
                    "DES_ENCRYPT",
                    "DES_DECRYPT",
                    "WEEK",
                    "YEARWEEK",
                    "GET_LOCK",
                    "IS_FREE_LOCK",
                    "IS_USED_LOCK",
                    "RELEASE_LOCK",
                    "BENCHMARK",
                    "SLEEP",
                    "MASTER_POS_WAIT",
                    "MASTER_GTID_WAIT",
                    "VERSION");

    private Alter() {}

    static Reading read(Cursor cursor) {
        cursor.skipAttributes();
        boolean ignores = cursor.takes("IGNORE");
        Thing thing = Thing.take(cursor);
        return switch (thing) {
            case TABLE -> table(cursor, ignores);
            // each sets what it names to what it says
            case VIEW, ROUTINE, SEQUENCE, USER, SERVER -> Reading.certain(thing, HARMLESS);
            case DATABASE ->
                    Reading.certain(thing, cursor.contains("UPGRADE") ? PIECEMEAL : HARMLESS);
            case EVENT ->
                    Reading.certain(thing, cursor.contains("RENAME") ? ALL_OR_NOTHING : HARMLESS);
            case INDEX, TRIGGER, ROLE, UNKNOWN -> Reading.certain(Thing.UNKNOWN, PIECEMEAL);
        };
    }

    private static Reading table(Cursor cursor, boolean ignores) {
        // the server's DDL log of 11.4 undoes an ALTER as a whole, but not one of partitions
        boolean partitions = cursor.contains("PARTITION", "PARTITIONS", "PARTITIONING");
        // IGNORE drops the duplicates that come second, in the order of the table
        boolean mayDiffer = ignores || mayDiffer(cursor.rest());
        return new Reading(Kind.TABLE, partitions ? PIECEMEAL : ALL_OR_NOTHING, mayDiffer);
    }

    private static boolean mayDiffer(List<Word> words) {
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            Word next = i + 1 < words.size() ? words.get(i + 1) : Word.END;
            if (uncertain(word, next)) {
                return true;
            }
        }
        return false;
    }

    private static boolean uncertain(Word word, Word next) {
        if (word.is("@") || word.is("/")) {
            // a variable; a division, whose scale is a session variable
            return true;
        }
        if (word.is("CURRENT_USER") || word.is("CURRENT_ROLE")) {
            return true;
        }
        if ((word.is("NEXT") || word.is("PREVIOUS")) && next.is("VALUE")) {
            return true;
        }
        if (word.is("AUTO_INCREMENT")) {
            // as an option of the table it is followed by a number
            return !next.is("=")
                    && (next.text().isEmpty() || !Character.isDigit(next.text().charAt(0)));
        }
        return word.kind() == Word.Kind.WORD
                && next.is("(")
                && UNCERTAIN_FUNCTIONS.contains(word.text());
    }
}
