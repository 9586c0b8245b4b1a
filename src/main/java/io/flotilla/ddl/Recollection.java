package io.flotilla.ddl;

import java.util.Map;
import java.util.Optional;

/// What a [SchemaReader] need not read again.
interface Recollection {
    /// Knows nothing and keeps nothing.
    Recollection NONE =
            new Recollection() {
                @Override
                public Optional<Definition> table(TableName table, String foreignKeys) {
                    return Optional.empty();
                }

                @Override
                public void keepTable(TableName table, String foreignKeys, Definition definition) {}

                @Override
                public Optional<Map<String, String>> triggers() {
                    return Optional.empty();
                }

                @Override
                public void keepTriggers(Map<String, String> triggers) {}
            };

    /// The definition of a table or view, when it is as it was.
    Optional<Definition> table(TableName table, String foreignKeys);

    void keepTable(TableName table, String foreignKeys, Definition definition);

    /// All triggers with their fingerprints, when they are as they were.
    Optional<Map<String, String>> triggers();

    void keepTriggers(Map<String, String> triggers);
}
