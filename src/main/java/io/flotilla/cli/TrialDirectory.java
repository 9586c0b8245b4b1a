package io.flotilla.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// The temporary directory of a fleet that a command starts for itself; deleted when all went well.
final class TrialDirectory implements AutoCloseable {
    private final Path path;
    private final boolean keep;
    private boolean content;

    private TrialDirectory(Path path, boolean keep) {
        this.path = path;
        this.keep = keep;
    }

    static TrialDirectory make(boolean keep) throws IOException {
        // Short: the path of a unix socket has at most 107 bytes.
        return new TrialDirectory(Files.createTempDirectory("flotilla").toRealPath(), keep);
    }

    Path path() {
        return path;
    }

    /// Where the server's program is unpacked.
    Path programs(Optional<Path> elsewhere) {
        return elsewhere.orElse(path.resolve("programs")).toAbsolutePath();
    }

    /// All went well: nobody will want to look at it.
    void content() {
        content = true;
    }

    @Override
    public void close() throws IOException {
        if (keep || !content) {
            System.out.println("kept " + path);
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
