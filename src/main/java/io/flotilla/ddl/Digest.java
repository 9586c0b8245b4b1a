package io.flotilla.ddl;

import java.util.regex.Pattern;

/// Two fingerprints of everything in a server that is not rows.
///
/// @param schema SHA-256, equal on all servers that stand at the same position
/// @param local SHA-256, changes on this server with each change of `schema` and also when a table was rebuilt without a
///     visible change; says nothing about other servers
public record Digest(String schema, String local) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!SHA_256.matcher(schema).matches() || !SHA_256.matcher(local).matches()) {
            throw new IllegalArgumentException("not a digest: '" + schema + "', '" + local + "'");
        }
    }
}
