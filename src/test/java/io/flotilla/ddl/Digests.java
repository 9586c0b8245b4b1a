package io.flotilla.ddl;

import java.util.TreeMap;

/// Schemas and digests that tests can name.
final class Digests {
    private Digests() {}

    /// The same name gives the same schema on every server.
    static String schema(String name) {
        return state(name, TableIds.NONE).digest().schema();
    }

    static Digest digest(String name, String local) {
        Sha256 sha = new Sha256();
        sha.add(name + local);
        return new Digest(schema(name), sha.hex());
    }

    static Schema state(String name, TableIds tables) {
        TreeMap<String, String> objects = new TreeMap<>();
        objects.put("everything", name);
        return new Schema(objects, tables);
    }

    /// @param pairs name, ids, name, ids ..
    static TableIds tables(String... pairs) {
        TreeMap<String, String> ids = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            ids.put(pairs[i], pairs[i + 1]);
        }
        return new TableIds(ids);
    }
}
