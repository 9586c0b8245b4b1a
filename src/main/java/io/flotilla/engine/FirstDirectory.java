package io.flotilla.engine;

import io.flotilla.disk.Durable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data directory with which every node begins: made once per machine by the server itself, packed, and unpacked for
/// each new node.
final class FirstDirectory {
    /// In the pack's name: a change of what is in it makes a new one.
    private static final int CONTENT = 1;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Logger LOG = LoggerFactory.getLogger(FirstDirectory.class);

    private final ServerBinaries binaries;
    private final Path programs;

    FirstDirectory(ServerBinaries binaries, Path programs) {
        this.binaries = binaries;
        this.programs = programs;
    }

    /// Makes `server` (not there yet) with a data directory in it; complete and durable, or not there at all.
    ///
    /// @return whether changes of names in it are synchronous ("chattr +D")
    boolean unpackInto(EngineFiles files) throws IOException {
        Path pack = pack();
        Path fresh = files.arriving();
        Disk.deleteTree(fresh);
        Path data = fresh.resolve("data");
        Disk.createPrivate(data);
        boolean synchronous = SystemCalls.makeDirectorySynchronous(data);
        unzip(pack, data);
        RunRecord.never().write(fresh.resolve(files.lastRun().getFileName()));
        Disk.syncTree(fresh);
        Durable.rename(fresh, files.server());
        LOG.debug("made {} from {}", files.server(), pack);
        return synchronous;
    }

    private Path pack() throws IOException {
        Path pack = binaries.directory().resolve("first-data-" + CONTENT + ".zip");
        if (!Files.exists(pack)) {
            ServerBinaries.alone(
                    programs,
                    () -> {
                        if (!Files.exists(pack)) {
                            make(pack);
                        }
                        return pack;
                    });
        }
        return pack;
    }

    private void make(Path pack) throws IOException {
        LOG.info("making the first data directory (once on this machine)");
        Files.createDirectories(binaries.directory());
        Path scratch = Files.createTempDirectory(binaries.directory(), ".first-data");
        try {
            EngineFiles files = new EngineFiles(scratch);
            bootstrap(files);
            Path fresh = pack.resolveSibling(pack.getFileName() + ".new");
            zip(files.data(), fresh);
            Durable.sync(fresh);
            Durable.rename(fresh, pack);
        } finally {
            Disk.deleteTree(scratch);
        }
    }

    private void bootstrap(EngineFiles files) throws IOException {
        Files.createDirectories(files.data());
        Files.createDirectories(files.scratch());
        Files.createDirectories(files.empty());
        Path script = files.root().resolve("bootstrap.sql");
        writeScript(script);
        List<String> command =
                Stream.concat(
                                Stream.of(binaries.mariadbd().toString()),
                                ServerFlags.bootstrap(files).stream())
                        .toList();
        Path said = files.root().resolve("bootstrap.log");
        Process process =
                ServerMemory.inLargePages(new ProcessBuilder(command))
                        .redirectInput(script.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        if (await(process) != 0) {
            throw new EngineException(
                    "The first data directory cannot be made; the server says: " + lastError(said));
        }
    }

    private static int await(Process process) {
        try {
            if (process.waitFor(PATIENCE)) {
                return process.exitValue();
            }
            throw new EngineException("The first data directory was not made within " + PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while making the first data directory", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastError(Path said) throws IOException {
        List<String> lines = Files.readAllLines(said);
        return lines.stream()
                .filter(line -> line.contains("ERROR"))
                .findFirst()
                .orElse(lines.isEmpty() ? "nothing" : lines.getLast());
    }

    /// The server's own scripts; the accounts they make (root without a password) are removed at once.
    private void writeScript(Path script) throws IOException {
        try (OutputStream out = Files.newOutputStream(script)) {
            out.write("CREATE DATABASE mysql;\nUSE mysql;\n".getBytes(StandardCharsets.UTF_8));
            for (Path part : binaries.systemTables()) {
                Files.copy(part, out);
                out.write('\n');
            }
            out.write(
                    """

                    DELETE FROM global_priv WHERE User IN ('', 'root');
                    DELETE FROM proxies_priv;
                    CREATE DATABASE flotilla CHARACTER SET utf8mb4;
                    """
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void zip(Path directory, Path archive) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(archive));
                Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted().toList()) {
                String name = directory.relativize(path).toString();
                if (Files.isDirectory(path)) {
                    if (!name.isEmpty()) {
                        out.putNextEntry(new ZipEntry(name + "/"));
                    }
                } else {
                    out.putNextEntry(new ZipEntry(name));
                    Files.copy(path, out);
                }
            }
        }
    }

    private static void unzip(Path archive, Path directory) throws IOException {
        try (InputStream file = Files.newInputStream(archive);
                ZipInputStream in = new ZipInputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path path = directory.resolve(entry.getName()).normalize();
                if (!path.startsWith(directory)) {
                    throw new IOException(
                            "an entry of the pack leads elsewhere: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Disk.createPrivate(path);
                } else {
                    Files.copy(in, path);
                }
            }
        }
    }
}
