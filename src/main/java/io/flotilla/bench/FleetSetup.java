package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// A fleet to be started.
///
/// @param nodes how many
/// @param directory where everything of it lies: configuration, data, logs; made when it is not there
/// @param engineHome where the unpacked server lies, shared by all fleets that name it: unpacking takes seconds
/// @param settings keys of the nodes' configuration that differ from the defaults; [#NODE] in a value is a node's number
/// @param wires through which the nodes reach each other; directly when empty
public record FleetSetup(
        int nodes,
        Path directory,
        Path engineHome,
        Map<String, String> settings,
        Optional<Wires> wires) {
    public static final String NODE = "{node}";

    public FleetSetup {
        if (nodes < 1) {
            throw new IllegalArgumentException("a fleet has at least one node: " + nodes);
        }
        settings = Map.copyOf(settings);
    }

    Surroundings surroundings() {
        return wires.map(Wires::surroundings).orElse(Surroundings.LOOPBACK);
    }

    /// What requests to this fleet say of who they are from, if its nodes want that: its administrator.
    Optional<String> authorization() {
        if (!"on".equals(settings.get("http.auth"))) {
            return Optional.empty();
        }
        try {
            String password =
                    Files.readString(Path.of(settings.get("sql.admin.password-file"))).strip();
            String both = settings.get("sql.admin.user") + ":" + password;
            return Optional.of(
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static FleetSetup of(int nodes, Path directory, Path engineHome) {
        return new FleetSetup(nodes, directory, engineHome, Map.of(), Optional.empty());
    }
}
