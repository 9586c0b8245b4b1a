package io.flotilla.engine;

import io.flotilla.binlog.Gtid;
import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A copy of a server's data at one position, kept beside the server: with the log from there on it makes a server anew
/// when no other node can give its data. No server ever runs on it.
public final class KeptBase {
    private static final Logger LOG = LoggerFactory.getLogger(KeptBase.class);

    private final EngineFiles files;

    KeptBase(EngineFiles files) {
        this.files = files;
    }

    private Path fresh() {
        return files.base().resolveSibling("base.new");
    }

    private Path former() {
        return files.base().resolveSibling("base.old");
    }

    /// Finishes what a crash has interrupted. A former base counts as long as its successor is not in its place: the log
    /// is compacted only after that.
    void recover() throws IOException {
        Disk.deleteTree(fresh());
        if (!Files.exists(files.base()) && Files.exists(former())) {
            Durable.rename(former(), files.base());
        }
        Disk.deleteTree(former());
    }

    /// Where it stands; empty when there is none, or it is damaged.
    public Optional<Gtid> position() {
        return record().flatMap(record ->
                record.end() instanceof RunRecord.Received(Gtid position)
                        ? Optional.of(position)
                        : Optional.empty());
    }

    private Optional<RunRecord> record() {
        try {
            return RunRecord.read(recordOf(files.base()));
        } catch (EngineException e) {
            LOG.warn("the base is of no use: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Path recordOf(Path place) {
        return place.resolve(files.lastRun().getFileName());
    }

    /// How much it takes; 0 when there is none.
    public long bytes() throws IOException {
        long[] sum = {0};
        if (Files.exists(files.base())) {
            Files.walkFileTree(
                    files.base(),
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            sum[0] += attributes.size();
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
        return sum[0];
    }

    /// An empty place for the next one.
    public Replacement begin() throws IOException {
        return Replacement.begin(files, fresh());
    }

    /// Takes the next one in the place of the one before, durably.
    public void put(Replacement next) throws IOException {
        Path arrived = next.whole();
        Disk.deleteTree(former());
        if (Files.exists(files.base())) {
            Durable.rename(files.base(), former());
        }
        Durable.rename(arrived, files.base());
        Disk.deleteTree(former());
    }

    /// Copies it to where a server may take it over, and completes that.
    public void copyInto(Replacement into) throws IOException {
        RunRecord record =
                record().orElseThrow(() -> new IOException("there is no base, or it is damaged"));
        if (!(record.end() instanceof RunRecord.Received(Gtid position))) {
            throw new IOException("the base is not one");
        }
        Path from = files.base().resolve("data");
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectories(into.data().resolve(from.relativize(directory)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.copy(file, into.data().resolve(from.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    }
                });
        into.complete(position, record.highestBinlog());
    }
}
