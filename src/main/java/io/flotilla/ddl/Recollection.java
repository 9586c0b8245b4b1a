package io.flotilla.ddl;

import java.util.Map;
import java.util.Optional;

/// What a [SchemaReader] need not read again.
interface Recollection {
    /// Knows nothing and keeps nothing.
    Recollection NONE = new Recollection() {
        @Override
        public Optional<String> table(TableName table, String foreignKeys) {
            return Optional.empty();
        }

        @Override
        public void keepTable(TableName table, String foreignKeys, String fingerprint) {}

        @Override
        public Optional<Map<String, String>> triggers() {
            return Optional.empty();
        }

        @Override
        public void keepTriggers(Map<String, String> triggers) {}
    };

    /// The fingerprint of a table, when its definition is as it was.
    Optional<String> table(TableName table, String foreignKeys);

    void keepTable(TableName table, String foreignKeys, String fingerprint);

    /// All triggers with their fingerprints, when they are as they were.
    Optional<Map<String, String>> triggers();

    void keepTriggers(Map<String, String> triggers);
}
