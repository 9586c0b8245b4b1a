package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// A system that can be started.
public interface Entrant {
    /// In the first column, and after `--systems`.
    String name();

    /// What an acknowledged write has survived, in a few words.
    String durability();

    /// What it can be asked to do.
    Set<Workload> workloads();

    /// What is missing on this machine; empty when it can run.
    Optional<String> obstacle();

    /// @param directory of its own, empty, deleted by the caller
    Contestant start(Path directory) throws IOException;
}
