package io.flotilla.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Which fleet is meant.
///
/// The default lies in the current directory, not in the home directory: a fleet to try things with belongs to the place
/// it was started from, two checkouts do not share one, and `rm -r` of what one can see is the way back to nothing.
final class DataOption {
    static final String DEFAULT = ".flotilla";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = DEFAULT,
            description = "where the fleet keeps everything (default: ${DEFAULT-VALUE})")
    private Path data;

    FleetDirectory directory() {
        return new FleetDirectory(data);
    }

    /// What must follow a command to mean the same fleet.
    String again() {
        return data.equals(Path.of(DEFAULT)) ? "" : " --data " + data;
    }
}
