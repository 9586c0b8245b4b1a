package io.flotilla.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A wall clock for each node, JVM and server alike, that can be set while they run; the machine's own stays as it is.
/// `jumpclock.c` says how. Clocks of files are the machine's, and right.
final class JumpClocks {
    private static final String LIBRARY = "jumpclock";
    private static final int PAGE = 4096;

    private final Path place;
    private final Path library;

    private JumpClocks(Path place, Path library) {
        this.place = place;
        this.library = library;
    }

    /// Why there can be none on this machine; empty when there may.
    static Optional<String> obstacle() {
        List<String> missing = HostCommand.missing("cc", "env", "date");
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("not installed: " + String.join(", ", missing));
    }

    /// All right at first.
    ///
    /// @param place a directory, not within the fleet's
    /// @throws IllegalStateException when a process does not take its time from such a clock
    static JumpClocks create(int nodes, Path place) throws IOException {
        Path own = Files.createDirectory(place.resolve("clocks"));
        JumpClocks made =
                new JumpClocks(own, Compiled.in(own, LIBRARY, "-shared", "-fPIC", "-ldl"));
        for (int node = 1; node <= nodes; node++) {
            Files.write(made.file(node), new byte[PAGE]);
        }
        made.probe();
        return made;
    }

    private void probe() {
        set(1, Duration.ofDays(-400));
        String year = HostCommand.feed("", join(starter(1), List.of("date", "+%Y")));
        String now = HostCommand.run("date", "+%Y");
        set(1, Duration.ZERO);
        if (year.equals(now)) {
            throw new IllegalStateException("a preloaded clock changes nothing");
        }
    }

    private static List<String> join(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /// The command that starts a node under its clock.
    List<String> starter(int node) {
        return List.of("env", "LD_PRELOAD=" + library, "JUMPCLOCK=" + file(node));
    }

    /// Sets a node's clock: so far from the right time.
    void set(int node, Duration off) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putLong(0, off.toNanos());
        try (SeekableByteChannel file =
                Files.newByteChannel(file(node), StandardOpenOption.WRITE)) {
            file.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(int node) {
        return place.resolve(Integer.toString(node));
    }
}
