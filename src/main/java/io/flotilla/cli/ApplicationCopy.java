package io.flotilla.cli;

import io.flotilla.bench.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The application as a fleet runs it: a copy, so that a rebuild does not pull the code away from under its nodes.
///
/// Times of files are kept: the JVM's cache of classes is refused when its jars are others than it was made from.
final class ApplicationCopy {
    private ApplicationCopy() {}

    /// The copy of this build, made when it is not there; copies of other builds are removed then.
    ///
    /// @param copies where they lie
    /// @param application the directory that holds `flotilla.jar`
    static Path in(Path copies, Path application) throws IOException {
        FileTime built = Files.getLastModifiedTime(application.resolve(NodeJvm.JAR));
        Path copy = copies.resolve(Long.toHexString(built.toMillis()));
        if (!Files.isDirectory(copy)) {
            Files.createDirectories(copies);
            for (Path other : entries(copies)) {
                delete(other);
            }
            Path draft = copies.resolve("new");
            for (Path file : tree(application)) {
                if (!file.endsWith(Training.CACHE)) {
                    Files.copy(
                            file,
                            draft.resolve(application.relativize(file)),
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
            Files.move(draft, copy, StandardCopyOption.ATOMIC_MOVE);
        }
        Optional<Path> cache = Training.cacheOf(application.resolve(NodeJvm.JAR));
        if (cache.isPresent()) {
            addCache(cache.get(), copy.resolve(Training.CACHE));
        }
        return copy;
    }

    /// It is made behind the build, and may have come later.
    private static void addCache(Path from, Path to) throws IOException {
        if (!Files.exists(to)) {
            Path draft = to.resolveSibling(Training.CACHE + ".new");
            Files.copy(from, draft, StandardCopyOption.REPLACE_EXISTING);
            Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static List<Path> tree(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.toList();
        }
    }

    private static void delete(Path tree) throws IOException {
        for (Path path : tree(tree).stream().sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
        }
    }
}
