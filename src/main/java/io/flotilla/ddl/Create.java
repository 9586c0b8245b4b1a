package io.flotilla.ddl;

import static io.flotilla.ddl.Doubt.ALL_OR_NOTHING;
import static io.flotilla.ddl.Doubt.HARMLESS;
import static io.flotilla.ddl.Doubt.PIECEMEAL;

/// Reads what follows CREATE.
final class Create {
    private Create() {}

    static Reading read(Cursor cursor) {
        boolean replaces = cursor.takes("OR", "REPLACE");
        if (cursor.at("TEMPORARY")) {
            // nothing that a binlog in ROW format should hold
            return Reading.certain(Thing.UNKNOWN, PIECEMEAL);
        }
        Thing thing = Thing.take(cursor);
        boolean guarded = cursor.takes("IF", "NOT", "EXISTS");
        return Reading.certain(thing, doubt(thing, replaces, guarded, cursor));
    }

    private static Doubt doubt(Thing thing, boolean replaces, boolean guarded, Cursor cursor) {
        return switch (thing) {
            case UNKNOWN -> PIECEMEAL;
            // written to two tables: IF NOT EXISTS does not mend a first half
            case ROLE -> replaces ? HARMLESS : PIECEMEAL;
            // a replica adds OR REPLACE or IF NOT EXISTS by itself (slave_ddl_exec_mode=IDEMPOTENT,
            // the default)
            case TABLE, SEQUENCE, DATABASE -> HARMLESS;
            case USER ->
                    replaces || guarded ? HARMLESS : cursor.several() ? PIECEMEAL : ALL_OR_NOTHING;
            case INDEX, VIEW, TRIGGER, ROUTINE, EVENT, SERVER ->
                    replaces || guarded ? HARMLESS : ALL_OR_NOTHING;
        };
    }
}
