package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// What a system has used so far, as `/proc` says: processor time of its processes (utime and stime, in ticks of 10 ms),
/// and what was written to the disk its data lie on, by whomever.
///
/// Not the processes' own `write_bytes`: where a file's pages are held in large folios, each small write counts as a whole
/// folio (1 MiB for 300 bytes was seen on 6.18, of which 6 KiB reached the disk).
///
/// @param cpuSeconds of all processes
/// @param writtenBytes of the disk; 0 where it is not known
record Cost(double cpuSeconds, long writtenBytes) {
    private static final int SECTOR = 512;

    /// The field of `/proc/diskstats` with the sectors written.
    private static final int SECTORS_WRITTEN = 9;

    private static final double TICKS_PER_SECOND = 100;

    /// Fields of proc_pid_stat(5), counted from the one after the name: utime is the 14th of all, stime the 15th.
    private static final int UTIME = 11;

    /// @param place a directory on the disk
    static Cost of(Collection<Long> processes, Path place) {
        double cpu = processes.stream().mapToDouble(Cost::cpuSeconds).sum();
        return new Cost(cpu, writtenBytes(place));
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

    private static long writtenBytes(Path place) {
        try {
            Path device = Path.of(Files.getFileStore(place).name()).getFileName();
            if (device == null) {
                return 0;
            }
            String name = device.toString();
            return Files.readAllLines(Path.of("/proc/diskstats")).stream()
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> fields[2].equals(name))
                    .mapToLong(fields -> Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
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
