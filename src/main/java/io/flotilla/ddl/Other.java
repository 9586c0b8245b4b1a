package io.flotilla.ddl;

import static io.flotilla.ddl.Doubt.ALL_OR_NOTHING;
import static io.flotilla.ddl.Doubt.HARMLESS;
import static io.flotilla.ddl.Doubt.PIECEMEAL;

import io.flotilla.ddl.GatedStatement.Kind;

/// Reads the statements that are not CREATE, ALTER or DROP.
final class Other {
    private Other() {}

    static Reading read(Cursor cursor) {
        if (cursor.takes("TRUNCATE")) {
            return Reading.certain(Thing.TABLE, HARMLESS);
        }
        if (cursor.takesAnyOf("ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "FLUSH")) {
            return new Reading(Kind.MAINTENANCE, HARMLESS, false);
        }
        if (cursor.takes("RENAME")) {
            return rename(cursor);
        }
        if (cursor.takes("GRANT")
                || cursor.takes("SET", "PASSWORD")
                || cursor.takes("SET", "DEFAULT", "ROLE")) {
            // each sets what it names to what it says
            return Reading.certain(Thing.USER, HARMLESS);
        }
        if (cursor.takes("REVOKE")) {
            return Reading.certain(Thing.USER, revoke(cursor));
        }
        return Reading.certain(Thing.UNKNOWN, PIECEMEAL);
    }

    private static Reading rename(Cursor cursor) {
        Thing thing = Thing.take(cursor);
        // the server's DDL log undoes all pairs of a RENAME TABLE or none
        return Reading.certain(thing, thing == Thing.TABLE ? ALL_OR_NOTHING : PIECEMEAL);
    }

    /// A REVOKE of what is not there fails, so it cannot be repeated; but when it changes one row of one table it cannot
    /// stop half-way either.
    private static Doubt revoke(Cursor cursor) {
        if (cursor.at("ALL", "PRIVILEGES", ",", "GRANT", "OPTION")
                || cursor.at("ALL", ",", "GRANT", "OPTION")) {
            return HARMLESS;
        }
        boolean columns = cursor.contains("(");
        cursor.skipTo("ON");
        boolean wholeDatabase = cursor.takes("ON", "*") || onDatabase(cursor);
        cursor.skipTo("FROM");
        return wholeDatabase && !columns && !cursor.several() ? ALL_OR_NOTHING : PIECEMEAL;
    }

    private static boolean onDatabase(Cursor cursor) {
        if (cursor.takes("ON")) {
            cursor.skip();
        }
        return cursor.takes(".", "*");
    }
}
