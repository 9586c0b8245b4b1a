package io.flotilla.verify;

import io.flotilla.ddl.SchemaDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a server holds besides rows.
///
/// @param schema the lines of an [io.flotilla.ddl.Schema]: an object, a tab, its fingerprint
/// @param sequences by name
record Definitions(List<String> schema, SortedMap<String, SequenceValue> sequences) {
    Definitions {
        schema = List.copyOf(schema);
        sequences = Collections.unmodifiableSortedMap(new TreeMap<>(sequences));
    }

    /// @param connection in autocommit mode
    static Definitions read(Connection connection, Snapshot snapshot) throws SQLException {
        return new Definitions(SchemaDigest.read(connection).lines(), snapshot.sequences());
    }

    /// The fingerprints, by the name of the object.
    Map<String, String> fingerprints() {
        Map<String, String> fingerprints = new TreeMap<>();
        for (String line : schema) {
            int tab = line.lastIndexOf('\t');
            fingerprints.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return fingerprints;
    }
}
