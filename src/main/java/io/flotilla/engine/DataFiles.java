package io.flotilla.engine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/// The files of a running server that make up its data, and how to bring them to rest for a moment without stopping it.
///
/// Reading them at any other time gives pieces of different moments; that is of use only to whoever reads again, when
/// they rest, what has changed since.
public final class DataFiles {
    /// What a server makes anew: binlog and relay logs, the feed's address, temporary tablespaces, logs of statements
    /// under way (none is, when the files rest), process ids.
    private static final Pattern NOT_DATA =
            Pattern.compile(
                    "bin\\..*|relay\\..*|relay-log.*|master.*\\.info|multi-master\\.info|ibtmp.*|ib_buffer_pool|tc\\.log"
                            + "|ddl_recovery.*|ddl\\.log|.*\\.pid|.*\\.sock|ib_logfile101");

    private final AdminSessions sessions;
    private final EngineFiles files;
    private final RunLedger ledger;
    private final String version;

    DataFiles(AdminSessions sessions, EngineFiles files, RunLedger ledger, String version) {
        this.sessions = sessions;
        this.files = files;
        this.ledger = ledger;
        this.version = version;
    }

    /// Where they lie.
    public Path directory() {
        return files.data();
    }

    /// The version that wrote them.
    public String version() {
        return version;
    }

    /// No binlog that the data know of has a greater number.
    public long highestBinlog() {
        return Math.max(ledger.read().highestBinlog(), files.highestBinlogFile());
    }

    /// The paths of all files that are data, and of all directories, relative to [#directory]; directories first.
    public List<Path> list() throws IOException {
        List<Path> directories = new ArrayList<>();
        List<Path> regular = new ArrayList<>();
        Path root = directory();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path path, BasicFileAttributes attributes) {
                        if (!path.equals(root)) {
                            directories.add(root.relativize(path));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                        Path relative = root.relativize(path);
                        if (attributes.isRegularFile() && isData(relative)) {
                            regular.add(relative);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            // Dropped while the directory was read.
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }
                });
        directories.addAll(regular);
        return directories;
    }

    static boolean isData(Path relative) {
        return relative.getNameCount() > 1
                || !NOT_DATA.matcher(relative.getFileName().toString()).matches();
    }

    /// Lets the server write its changed pages out as fast as it can from now on, so that little is left to write when
    /// the files are to rest. Costs it some speed.
    public Haste hurry() {
        return Haste.begin(sessions);
    }

    /// Brings the files to rest: the caller has stopped whatever writes rows (replica threads, or clients). Reading goes
    /// on; whatever else would write waits until the rest is closed.
    ///
    /// @param giveUp something else is more important now
    /// @throws EngineException when they do not come to rest within `patience`
    public Rest rest(Duration patience, BooleanSupplier giveUp) throws InterruptedException {
        return Rest.begin(sessions, patience, giveUp);
    }
}
