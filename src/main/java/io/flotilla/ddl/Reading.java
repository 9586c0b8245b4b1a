package io.flotilla.ddl;

import io.flotilla.ddl.GatedStatement.Kind;
import java.util.List;

/// What a statement's text means for the gate.
///
/// @param mayDiffer see [GatedStatement]
record Reading(Kind kind, Doubt doubt, boolean mayDiffer) {
    static final Reading UNREADABLE = new Reading(Kind.OTHER, Doubt.PIECEMEAL, true);

    static Reading of(List<Word> words) {
        Cursor cursor = new Cursor(words, 0);
        skipSetStatement(cursor);
        if (cursor.takes("ALTER")) {
            return Alter.read(cursor);
        }
        if (cursor.takes("CREATE")) {
            return Create.read(cursor);
        }
        if (cursor.takes("DROP")) {
            return Drop.read(cursor);
        }
        return Other.read(cursor);
    }

    /// `SET STATEMENT x = 1 FOR ALTER ..`: what counts is what follows; the settings travel with the text.
    private static void skipSetStatement(Cursor cursor) {
        if (cursor.at("SET", "STATEMENT")) {
            cursor.skipTo("FOR");
            cursor.takes("FOR");
        }
    }

    static Reading certain(Thing thing, Doubt doubt) {
        return new Reading(thing.kind(), doubt, false);
    }
}
