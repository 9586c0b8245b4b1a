package io.flotilla.ddl;

import static io.flotilla.ddl.Doubt.ALL_OR_NOTHING;
import static io.flotilla.ddl.Doubt.HARMLESS;
import static io.flotilla.ddl.Doubt.PIECEMEAL;

/// Reads what follows DROP.
final class Drop {
    private Drop() {}

    static Reading read(Cursor cursor) {
        if (cursor.at("TEMPORARY")) {
            return Reading.certain(Thing.UNKNOWN, PIECEMEAL);
        }
        Thing thing = Thing.take(cursor);
        boolean guarded = cursor.takes("IF", "EXISTS");
        return Reading.certain(thing, doubt(thing, guarded, cursor));
    }

    private static Doubt doubt(Thing thing, boolean guarded, Cursor cursor) {
        return switch (thing) {
            case UNKNOWN -> PIECEMEAL;
            // a replica adds IF EXISTS by itself (slave_ddl_exec_mode=IDEMPOTENT, the default)
            case TABLE, SEQUENCE, DATABASE -> HARMLESS;
            case VIEW -> guarded ? HARMLESS : cursor.several() ? PIECEMEAL : ALL_OR_NOTHING;
            // an account lies in up to seven tables
            case USER, ROLE -> guarded ? HARMLESS : PIECEMEAL;
            case INDEX, TRIGGER, ROUTINE, EVENT, SERVER -> guarded ? HARMLESS : ALL_OR_NOTHING;
        };
    }
}
