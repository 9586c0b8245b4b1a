package io.flotilla.chaos;

import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A real ext4 on a disk with a volatile cache, whose power can be cut while processes write to it: image file →
/// `powerdisk` (its C source says how) → loop device → mount.
///
/// ```
/// create → attach ─ blackout → detach → attach (on what survived) ─ ...
/// ```
///
/// Needs root. Used by one thread, but for [#blackout].
final class PowerDisk implements AutoCloseable {
    /// What survives is torn at this size: the smallest that a disk tears is 512, the file system's block is 4096.
    private static final int GRANULE = 4096;

    private static final double SURVIVES = 0.5;
    private static final int WRITE_BACKS_PER_SECOND = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path program;
    private final Path image;
    private final Path place;
    private final Path mountPoint;
    private @Nullable Process disk;
    private @Nullable Process writeback;
    private @Nullable String loop;
    private boolean mounted;

    /// What of the disk's own cache survives.
    enum Mode {
        /// All that the disk received.
        ORDERED,
        /// Only what was there at the last flush.
        FLUSHED,
        /// Each piece since then with probability one half.
        RANDOM;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param moment on [System#nanoTime], which is the clock of the tool
    /// @param pending writes that had not been flushed
    /// @param pieces of them, and how many were lost
    record Cut(Mode mode, long moment, long pending, long pieces, long lost) {}

    private PowerDisk(Path program, Path place, Path mountPoint) {
        this.program = program;
        this.place = place;
        this.image = place.resolve("image");
        this.mountPoint = mountPoint;
    }

    /// Why there can be no such disk on this machine; empty when there can.
    static Optional<String> obstacle() {
        if (!System.getProperty("user.name", "").equals("root")) {
            return Optional.of("it needs root, to mount file systems");
        }
        for (String device : List.of("/dev/fuse", "/dev/loop-control")) {
            if (!Files.exists(Path.of(device))) {
                return Optional.of("there is no " + device);
            }
        }
        List<String> missing =
                HostCommand.missing("cc", "mkfs.ext4", "losetup", "mount", "umount", "unshare");
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("not installed: " + String.join(", ", missing));
    }

    /// A fresh file system; not attached.
    ///
    /// @param place an empty directory for image and socket
    /// @param mountPoint an empty directory
    static PowerDisk create(Path program, Path place, Path mountPoint, long bytes)
            throws IOException {
        PowerDisk made = new PowerDisk(program, place, mountPoint);
        try (RandomAccessFile file = new RandomAccessFile(made.image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        // Nothing kept for root: what this disk says is free is free.
        HostCommand.run("mkfs.ext4", "-q", "-m", "0", "-E", "nodiscard", made.image.toString());
        return made;
    }

    /// Switches the disk on and mounts what is on it (ext4 replays its own journal).
    void attach() throws IOException {
        // Relative names: whatever names the fleet's directory would be taken for a part of it.
        disk = start(new ProcessBuilder(program.toString(), "serve", "image", "disk", "control"));
        Patience.until(PATIENCE, () -> "the disk in " + place, () -> Files.exists(control()));
        loop = HostCommand.run("losetup", "-f", "--show", place.resolve("disk").toString());
        HostCommand.run("mount", String.valueOf(loop), mountPoint.toString());
        mounted = true;
        Files.deleteIfExists(mountPoint.resolve("lost+found"));
    }

    /// Writes dirty pages back at random moments until it is detached.
    void writeBack(long seed) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        program.toString(),
                        "writeback",
                        Integer.toString(WRITE_BACKS_PER_SECOND),
                        Long.toString(seed));
        builder.environment().put("POWERDISK_TREE", mountPoint.toString());
        writeback = start(builder);
    }

    private Process start(ProcessBuilder builder) throws IOException {
        return builder.directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(place.resolve("log").toFile()))
                .start();
    }

    Path place() {
        return place;
    }

    Path mountPoint() {
        return mountPoint;
    }

    private Path control() {
        return place.resolve("control");
    }

    /// Cuts the power: nothing that is asked of the disk from now on succeeds, and the image is what is left.
    Cut blackout(Mode mode, long seed) throws IOException {
        String answer =
                ask(
                        String.format(
                                Locale.ROOT,
                                "blackout %s %d %f %d",
                                mode.word(),
                                Math.floorMod(seed, 1L << 31),
                                SURVIVES,
                                GRANULE));
        String[] words = answer.strip().split(" ");
        if (!words[0].equals("ok")) {
            throw new IOException("the disk in " + place + " says: " + answer);
        }
        return new Cut(
                mode,
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
    }

    /// Makes every flush take so long; zero ends it.
    void slow(Duration flush) {
        order("slow " + flush.toMillis());
    }

    /// Lets the disk answer nothing for so long.
    void hang(Duration time) {
        order("hang " + time.toMillis());
    }

    private void order(String what) {
        try {
            String answer = ask(what);
            if (!answer.startsWith("ok")) {
                throw new IllegalStateException("the disk in " + place + " says: " + answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String ask(String question) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(control()));
            channel.write(ByteBuffer.wrap(question.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(300);
            while (channel.read(answer) >= 0) {
                // to the end
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    /// Unmounts and switches off. No process may work there any more.
    void detach() throws IOException {
        Process busy = writeback;
        if (busy != null) {
            end(busy);
            writeback = null;
        }
        if (mounted) {
            unmount();
            mounted = false;
        }
        String device = loop;
        if (device != null) {
            HostCommand.run("losetup", "-d", device);
            loop = null;
        }
        Process serving = disk;
        if (serving != null) {
            if (serving.isAlive()) {
                quit();
            }
            end(serving);
            disk = null;
            if (Files.readString(Path.of("/proc/self/mounts"))
                    .contains(" " + place.resolve("disk") + " ")) {
                HostCommand.run("umount", "-l", place.resolve("disk").toString());
            }
            Files.deleteIfExists(control());
        }
    }

    private void quit() {
        try {
            ask("quit");
        } catch (IOException gone) {
            // It ended by itself: what was wanted.
            return;
        }
    }

    private void unmount() {
        List<String> said = new ArrayList<>(List.of(""));
        Patience.until(
                PATIENCE,
                () -> "the end of " + mountPoint + ": " + said.getFirst(),
                () -> {
                    try {
                        HostCommand.run("umount", mountPoint.toString());
                        return true;
                    } catch (IllegalStateException busy) {
                        said.set(0, String.valueOf(busy.getMessage()));
                        return false;
                    }
                });
    }

    private static void end(Process process) throws IOException {
        // Ends a process that waits for its input's end; a stuck one does not.
        try (OutputStream input = process.getOutputStream()) {
            process.destroyForcibly();
            input.flush();
        } catch (IOException alreadyGone) {
            process.destroyForcibly();
        }
        process.onExit().join();
    }

    @Override
    public void close() {
        try {
            detach();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
