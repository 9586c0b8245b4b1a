package io.flotilla.consensus.journal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Measures the journal on the disk of the directory given (default: target): latency and CPU of an append by batch size,
/// of a vote, of reading one by one, of a scan and of a start. Not a test: run it by hand on a quiet machine.
final class JournalSpeed {
    private static final int PAYLOAD = 300;

    private JournalSpeed() {}

    public static void main(String[] args) throws IOException {
        Path base = Path.of(args.length > 0 ? args[0] : "target");
        Path parent = Files.createTempDirectory(base, "journal-speed");
        Path dir = parent.resolve("log");
        JournalSettings settings = JournalSettings.defaults();
        LogDirectory.create(dir, 1, settings);
        try (LogDirectory directory = LogDirectory.open(dir, settings, Sample.NO_FAILURE)) {
            for (int round = 0; round < 2; round++) {
                System.out.println(round == 0 ? "cold" : "warm");
                votes(directory.vote());
                appends(directory.journal(), 1, 3000);
                appends(directory.journal(), 16, 2000);
                appends(directory.journal(), 256, 800);
                reads(directory.journal());
            }
        }
        long start = System.nanoTime();
        try (LogDirectory directory = LogDirectory.open(dir, settings, Sample.NO_FAILURE)) {
            System.out.printf(
                    "start with %d records: %d ms%n",
                    directory.journal().lastIndex(), (System.nanoTime() - start) / 1_000_000);
        }
        History.clear(dir);
        Files.delete(parent);
    }

    private static void votes(VoteFile vote) throws IOException {
        long[] took = new long[200];
        for (int i = 0; i < took.length; i++) {
            long start = System.nanoTime();
            vote.save(vote.term() + 1, "node");
            took[i] = System.nanoTime() - start;
        }
        print("vote", took, 1, 0);
    }

    private static void appends(Journal journal, int batch, int rounds) throws IOException {
        long[] took = new long[rounds];
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < rounds; i++) {
            List<JournalRecord> records = new ArrayList<>(batch);
            for (int n = 0; n < batch; n++) {
                records.add(
                        new JournalRecord(journal.nextIndex() + n, 1, (byte) 2, new byte[PAYLOAD]));
            }
            long start = System.nanoTime();
            journal.append(records);
            took[i] = System.nanoTime() - start;
        }
        cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
        print("append " + batch, took, batch, cpu);
    }

    private static void reads(Journal journal) throws IOException {
        long last = journal.lastIndex();
        long start = System.nanoTime();
        long bytes = 0;
        for (long index = last - 50_000; index <= last; index++) {
            bytes += journal.read(index).orElseThrow().payload().length;
        }
        double micros = (System.nanoTime() - start) / 50_000.0 / 1000.0;
        start = System.nanoTime();
        long records = 0;
        JournalScan scan = journal.scan(1);
        while (scan.next() != null) {
            records++;
        }
        double each = (System.nanoTime() - start) / (double) records / 1000.0;
        System.out.printf("read %.2f us, scan %.2f us a record (%d bytes)%n", micros, each, bytes);
    }

    private static void print(String what, long[] took, int batch, long cpu) {
        long total = Arrays.stream(took).sum();
        Arrays.sort(took);
        System.out.printf(
                "%-11s p50 %.3f ms, p99 %.3f ms, max %.1f ms, %.0f records/s, CPU %.2f us a"
                        + " record%n",
                what,
                took[took.length / 2] / 1e6,
                took[took.length * 99 / 100] / 1e6,
                took[took.length - 1] / 1e6,
                took.length * (long) batch / (total / 1e9),
                cpu / 1000.0 / (took.length * (long) batch));
    }
}
