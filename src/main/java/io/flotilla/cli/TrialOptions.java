package io.flotilla.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command takes that starts fleets of its own in a temporary directory.
final class TrialOptions {
    @Option(
            names = "--programs",
            description =
                    "Where the server's program is unpacked (default: in the temporary directory).")
    private @Nullable Path programs;

    @Option(names = "--keep", description = "Keep the directory with data and logs.")
    private boolean keep;

    TrialDirectory directory() throws IOException {
        return TrialDirectory.make(keep);
    }

    /// Where the server's program is unpacked for fleets in `directory`.
    Path programs(TrialDirectory directory) {
        return directory.programs(Optional.ofNullable(programs));
    }
}
