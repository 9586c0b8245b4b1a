package io.flotilla.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the server says, line by line in a file that is put aside by size. Used by one thread at a time.
///
/// Never fails: a server whose messages nobody takes would stop at the full pipe.
final class ServerLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private static final FileAttribute<Set<PosixFilePermission>> MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final long mostBytes;
    private final int files;
    private @Nullable OutputStream out;
    private long bytes;
    private boolean broken;

    /// @param files how many are kept, the one being written included
    ServerLog(Path file, long mostBytes, int files) {
        this.file = file;
        this.mostBytes = mostBytes;
        this.files = files;
    }

    void line(String line) {
        try {
            byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
            if (out != null && bytes + text.length > mostBytes) {
                rotate();
            }
            open().write(text);
            bytes += text.length;
            broken = false;
        } catch (IOException e) {
            complainOnce(e);
        }
    }

    private OutputStream open() throws IOException {
        OutputStream current = out;
        if (current == null) {
            if (!Files.exists(file)) {
                // A crash report quotes the client's statement.
                Files.createFile(file, MINE);
            }
            current = Files.newOutputStream(file, StandardOpenOption.APPEND);
            out = current;
            bytes = Files.size(file);
        }
        return current;
    }

    private void rotate() throws IOException {
        close();
        for (int n = files - 1; n >= 1; n--) {
            Path from = n == 1 ? file : aside(n - 1);
            if (Files.exists(from)) {
                Files.move(from, aside(n), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (files == 1) {
            Files.delete(file);
        }
    }

    private Path aside(int n) {
        return file.resolveSibling(file.getFileName() + "." + n);
    }

    private void complainOnce(IOException e) {
        if (!broken) {
            LOG.warn("the server's messages cannot be written to {}: {}", file, e.getMessage());
        }
        broken = true;
        close();
    }

    @Override
    public void close() {
        OutputStream current = out;
        out = null;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                LOG.warn("{} could not be closed: {}", file, e.getMessage());
            }
        }
    }
}
