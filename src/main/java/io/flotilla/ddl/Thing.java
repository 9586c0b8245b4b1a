package io.flotilla.ddl;

import io.flotilla.ddl.GatedStatement.Kind;

/// What stands behind CREATE, ALTER or DROP.
enum Thing {
    DATABASE(Kind.DATABASE, "DATABASE", "SCHEMA"),
    TABLE(Kind.TABLE, "TABLE", "TABLES"),
    INDEX(Kind.TABLE, "INDEX"),
    SEQUENCE(Kind.SEQUENCE, "SEQUENCE"),
    VIEW(Kind.VIEW, "VIEW"),
    TRIGGER(Kind.TRIGGER, "TRIGGER"),
    ROUTINE(Kind.ROUTINE, "PROCEDURE", "FUNCTION", "PACKAGE"),
    EVENT(Kind.EVENT, "EVENT"),
    USER(Kind.ACCOUNT, "USER"),
    ROLE(Kind.ACCOUNT, "ROLE"),
    SERVER(Kind.ACCOUNT, "SERVER"),
    UNKNOWN(Kind.OTHER);

    private final Kind kind;
    private final String words;

    Thing(Kind kind, String... words) {
        this.kind = kind;
        this.words = String.join(" ", words);
    }

    Kind kind() {
        return kind;
    }

    /// Goes past the word that names the thing, and the attributes before it.
    static Thing take(Cursor cursor) {
        cursor.skipAttributes();
        for (Thing thing : values()) {
            if (cursor.takesAnyOf(thing.words.split(" "))) {
                if (thing == ROUTINE) {
                    // PACKAGE BODY
                    cursor.takes("BODY");
                }
                return thing;
            }
        }
        return UNKNOWN;
    }
}
