package io.flotilla.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// What happens to a file of a node that does not run. Paths are those below `groups/g0`.
enum Damage {
    /// A write that was interrupted: some bytes behind the last record.
    TORN_TAIL((group, random) -> youngest(group).map(file -> append(file, random))),
    /// The youngest segment ends early: up to its last 128 KiB of records are gone.
    CUT_TAIL((group, random) -> youngest(group).map(file -> cut(file, random))),
    FLIP_IN_LAST_SEGMENT((group, random) -> youngest(group).map(file -> flip(file, random))),
    FLIP_IN_CLOSED_SEGMENT((group, random) -> {
        List<Path> all = segments(group);
        return flipAny(all.subList(0, Math.max(0, all.size() - 1)), random);
    }),
    FLIP_IN_VOTE(flipIn("log/vote")),
    FLIP_IN_BOUNDS(flipIn("log/bounds")),
    /// In what stands for the entries that were given up.
    FLIP_IN_LOG_START(flipIn("log/base")),
    /// In the list of members that this node has met.
    FLIP_IN_MEMBERS(flipIn("log.members")),
    /// In the marks of the gate for definitions.
    FLIP_IN_MARKS(flipIn("ddl/marks")),
    /// In the copy of a server's data that is kept to go on from.
    FLIP_IN_KEPT_BASE((group, random) -> flipAny(files(group.resolve("base")), random)),
    NO_VOTE((group, random) -> {
        Files.delete(group.resolve("log/vote"));
        return Optional.of(group.resolve("log/vote"));
    }),
    NO_SEGMENT((group, random) -> {
        Optional<Path> file = youngest(group);
        if (file.isPresent()) {
            Files.delete(file.get());
        }
        // Its name is known to nobody any more: what is missing shows by the directory.
        return file.map(Path::getParent);
    }),
    NO_LOG((group, random) -> {
        DiskFaults.delete(group.resolve("log"));
        return Optional.of(group.resolve("log"));
    });

    private static final int SEGMENT_HEAD = 4096;
    private static final int MOST_CUT = 128 << 10;
    private static final int LEAST_TORN = 20;
    private static final int MOST_TORN = 600;

    private final Blow blow;

    private interface Blow {
        Optional<Path> strike(Path group, RandomGenerator random) throws IOException;
    }

    Damage(Blow blow) {
        this.blow = blow;
    }

    /// Does it.
    ///
    /// @return what was hit, which a refusal must name; empty when there is no such file
    Optional<Path> strike(Path group, RandomGenerator random) throws IOException {
        return blow.strike(group, random);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Path> youngest(Path group) throws IOException {
        List<Path> all = segments(group);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private static List<Path> segments(Path group) throws IOException {
        return files(group.resolve("log")).stream()
                .filter(file -> file.toString().endsWith(".segment"))
                .toList();
    }

    /// Those that are not empty, by name.
    private static List<Path> files(Path tree) throws IOException {
        if (!Files.isDirectory(tree)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.size(path) > 0) {
                    files.add(path);
                }
            }
        }
        return files;
    }

    private static Blow flipIn(String name) {
        return (group, random) -> {
            Path file = group.resolve(name);
            return flipAny(Files.exists(file) ? List.of(file) : List.of(), random);
        };
    }

    private static Optional<Path> flipAny(List<Path> files, RandomGenerator random) {
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(flip(files.get(random.nextInt(files.size())), random));
    }

    /// One bit, in front of the zeros at the end.
    static Path flip(Path file, RandomGenerator random) {
        return change(
                file,
                (channel, used) -> {
                    long at = random.nextLong(Math.max(1, used));
                    ByteBuffer one = ByteBuffer.allocate(1);
                    channel.read(one, at);
                    byte flipped = (byte) (one.get(0) ^ 1 << random.nextInt(8));
                    channel.write(ByteBuffer.wrap(new byte[] {flipped}), at);
                });
    }

    private static Path cut(Path file, RandomGenerator random) {
        return change(
                file,
                (channel, used) -> {
                    long records = Math.max(0, used - SEGMENT_HEAD);
                    long gone = 1 + random.nextLong(Math.min(MOST_CUT, records) + 1);
                    channel.truncate(used - gone);
                });
    }

    private static Path append(Path file, RandomGenerator random) {
        return change(
                file,
                (channel, used) -> {
                    // Less than the head of a record, or more.
                    int most = random.nextBoolean() ? LEAST_TORN : MOST_TORN;
                    byte[] bytes = new byte[1 + random.nextInt(most)];
                    random.nextBytes(bytes);
                    // Where a record would begin.
                    channel.write(ByteBuffer.wrap(bytes), (used + 7) / 8 * 8);
                });
    }

    private interface Change {
        void in(FileChannel channel, long used) throws IOException;
    }

    private static Path change(Path file, Change change) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            change.in(channel, used(file));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long used(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
