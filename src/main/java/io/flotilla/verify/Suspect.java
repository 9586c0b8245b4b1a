package io.flotilla.verify;

import io.flotilla.ddl.GatedStatement;
import io.flotilla.ddl.TableName;
import java.util.Locale;
import java.util.Set;

/// The tables that a statement may have filled differently on each server: those it names, as far as its words tell.
///
/// @param database the default one, in small letters; empty for none
/// @param names every word of the statement, in small letters; none when it cannot be read: then all of the database
public record Suspect(String database, Set<String> names) {
    public Suspect {
        names = Set.copyOf(names);
    }

    public static Suspect of(GatedStatement statement) {
        return new Suspect(statement.database().toLowerCase(Locale.ROOT), statement.names());
    }

    boolean has(TableName table) {
        String of = table.database().toLowerCase(Locale.ROOT);
        boolean here = of.equals(database) || names.contains(of);
        if (names.isEmpty()) {
            return here || database.isEmpty();
        }
        return here && names.contains(table.name().toLowerCase(Locale.ROOT));
    }
}
