package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// What processes have used so far, as `/proc` says: processor time (utime and stime, in ticks of 10 ms) and bytes sent to
/// the disk (`write_bytes`).
///
/// @param cpuSeconds of all of them
/// @param writtenBytes of all of them
record Cost(double cpuSeconds, long writtenBytes) {
    private static final double TICKS_PER_SECOND = 100;

    /// Fields of proc_pid_stat(5), counted from the one after the name: utime is the 14th of all, stime the 15th.
    private static final int UTIME = 11;

    static Cost of(Collection<Long> processes) {
        double cpu = 0;
        long written = 0;
        for (long pid : processes) {
            cpu += cpuSeconds(pid);
            written += writtenBytes(pid);
        }
        return new Cost(cpu, written);
    }

    Cost since(Cost before) {
        return new Cost(cpuSeconds - before.cpuSeconds, writtenBytes - before.writtenBytes);
    }

    private static double cpuSeconds(long pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]))
                / TICKS_PER_SECOND;
    }

    private static long writtenBytes(long pid) {
        return read(pid, "io")
                .lines()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException("a process of the system has ended: " + pid, e);
        }
    }
}
