package io.flotilla.cli;

import io.flotilla.node.ConfigText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A process as it was when it was started: its number alone would name another process after a while, or after a boot.
///
/// @param startTicks when the kernel started it, in clock ticks since boot (field 22 of `/proc/PID/stat`)
/// @param bootId the kernel's name for this run of the machine
record RecordedProcess(long pid, long startTicks, String bootId) {
    private static final Path PROC = Path.of("/proc");

    /// Counted from the state letter, which follows the name in parentheses (proc(5): state is field 3).
    private static final int START_TICKS = 22 - 3;

    static Optional<RecordedProcess> of(long pid) {
        return stat(pid)
                .map(fields ->
                        new RecordedProcess(
                                pid, Long.parseLong(fields.get(START_TICKS)), currentBoot()));
    }

    static RecordedProcess parse(String text) {
        String[] parts = text.split(" ");
        if (parts.length != 3) {
            throw new IllegalArgumentException("must be 'PID START BOOT'");
        }
        return new RecordedProcess(ConfigText.number(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }

    String text() {
        return pid + " " + startTicks + " " + bootId;
    }

    /// Whether it still runs, and is the one whose command line has the word `marker`.
    boolean runs(String marker) {
        return bootId.equals(currentBoot()) && sameStart() && commandLine().contains(marker);
    }

    private boolean sameStart() {
        return stat(pid)
                .filter(fields -> !fields.getFirst().equals("Z"))
                .map(fields -> Long.parseLong(fields.get(START_TICKS)) == startTicks)
                .orElse(false);
    }

    private List<String> commandLine() {
        return read(PROC.resolve(pid + "/cmdline"))
                .map(text -> Arrays.asList(text.split("\0")))
                .orElse(List.of());
    }

    private static Optional<List<String>> stat(long pid) {
        return read(PROC.resolve(pid + "/stat"))
                .map(text ->
                        Arrays.asList(
                                text.substring(text.lastIndexOf(')') + 2).strip().split(" ")));
    }

    private static String currentBoot() {
        return read(PROC.resolve("sys/kernel/random/boot_id")).map(String::strip).orElse("unknown");
    }

    /// Empty when the process has ended, which may happen between any two lines.
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
