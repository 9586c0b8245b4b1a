package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Processes as Linux shows them in `/proc`. A process that ends while it is looked at is simply not there.
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /// One process.
    ///
    /// @param pid its id
    /// @param name the kernel's short name of it
    /// @param state `R`, `S`, `D`, `T` (stopped), `Z` (dead, not yet collected by its parent)
    /// @param commandLine its arguments, separated by blanks
    /// @param directory its working directory; empty when it may not be seen
    record Row(long pid, String name, char state, String commandLine, String directory) {
        boolean alive() {
            return state != 'Z' && state != 'X';
        }

        /// Whether it works in this directory or names it among its arguments.
        boolean belongsTo(Path place) {
            String path = place.toString();
            return directory.equals(path)
                    || directory.startsWith(path + "/")
                    || commandLine.contains(path + "/")
                    || commandLine.endsWith(path)
                    || commandLine.contains(path + " ");
        }
    }

    /// Every process that lives and belongs to this directory, this one not counted.
    static List<Row> belongingTo(Path directory) {
        long self = ProcessHandle.current().pid();
        return all().stream()
                .filter(row -> row.pid() != self && row.alive() && row.belongsTo(directory))
                .toList();
    }

    private static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                add(process, rows);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static void add(Path process, List<Row> rows) {
        try {
            long pid = Long.parseLong(process.getFileName().toString());
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name stands in parentheses and may hold any letter: the last one closes it
            // (proc_pid_stat(5)).
            int open = stat.indexOf('(');
            int close = stat.lastIndexOf(')');
            String commandLine =
                    Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .replace('\0', ' ')
                            .strip();
            rows.add(
                    new Row(
                            pid,
                            stat.substring(open + 1, close),
                            stat.charAt(close + 2),
                            commandLine,
                            directoryOf(process)));
        } catch (IOException gone) {
            // It ended between the listing and the look: not there.
            return;
        }
    }

    private static String directoryOf(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString();
        } catch (IOException hidden) {
            return "";
        }
    }
}
