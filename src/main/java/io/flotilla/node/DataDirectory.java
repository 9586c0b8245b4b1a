package io.flotilla.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where everything of a node lies: the log with all that was ever written, the server's files, its socket.
final class DataDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private DataDirectory() {}

    /// Makes it where it is not there, and lets nobody but its owner in.
    static Path own(Path directory) throws IOException {
        Files.createDirectories(directory);
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn(
                    "others on this machine may read what lies in {}: {}", directory, e.toString());
        }
        return directory;
    }
}
