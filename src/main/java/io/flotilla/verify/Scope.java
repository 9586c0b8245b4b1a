package io.flotilla.verify;

import io.flotilla.ddl.TableName;
import java.util.Optional;
import java.util.Set;

/// Which objects are to be compared.
///
/// @param database only this one; all, with accounts and rights, when empty
/// @param suspect only the rows of these tables; when empty, rows and definitions
/// @param only these, by their names in a [Look]; all when empty
record Scope(Optional<String> database, Optional<Suspect> suspect, Optional<Set<String>> only) {
    /// The name of everything that is not rows, where it could not be read.
    static final String ALL_DEFINITIONS = "definitions";

    private static final Set<String> IN_DATABASES =
            Set.of("table", "view", "routine", "event", "trigger");

    boolean hasRows(TableName table) {
        return database.filter(name -> !name.equals(table.database())).isEmpty()
                && suspect.filter(its -> !its.has(table)).isEmpty()
                && has(table.toString());
    }

    boolean hasSequence(String sequence) {
        return suspect.isEmpty()
                && database.filter(name -> !sequence.startsWith(name + ".")).isEmpty()
                && has("sequence " + sequence);
    }

    /// @param object by its name in a schema
    boolean hasDefinition(String object) {
        return suspect.isEmpty()
                && database.filter(name -> !isIn(name, object)).isEmpty()
                && (has(object) || has(ALL_DEFINITIONS));
    }

    private static boolean isIn(String database, String object) {
        int blank = object.indexOf(' ');
        String kind = object.substring(0, blank);
        String name = object.substring(blank + 1);
        return kind.equals("database") && name.equals(database)
                || IN_DATABASES.contains(kind) && name.startsWith(database + ".");
    }

    private boolean has(String name) {
        return only.filter(names -> !names.contains(name)).isEmpty();
    }
}
