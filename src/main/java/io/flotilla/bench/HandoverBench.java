package io.flotilla.bench;

import io.flotilla.bench.History.TokenWrite;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// How long writes stand still while the lead is handed over as planned, and whether a client hears an error: an insert
/// every 10 ms, in turn at each node.
public final class HandoverBench {
    private static final Duration WARM = Duration.ofMillis(700);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LEVEL = Duration.ofSeconds(60);

    private final Fleet fleet;
    private final int trials;
    private final PrintStream out;

    public HandoverBench(Fleet fleet, int trials, PrintStream out) {
        if (trials < 1) {
            throw new IllegalArgumentException("1 trial or more: " + trials);
        }
        this.fleet = fleet;
        this.trials = trials;
        this.out = out;
    }

    /// @return what is wrong: writes that failed, or were lost or doubled
    public List<String> run() {
        AtomicLong tokens = new AtomicLong();
        List<TokenWrite> probes = new ArrayList<>();
        List<Long> pauses = new ArrayList<>();
        List<Long> answers = new ArrayList<>();
        try (FleetClient client = new FleetClient(PATIENCE)) {
            Prober.prepare(client, fleet);
            out.println("trial  from  to  answered ms  writes paused ms");
            for (int trial = 1; trial <= trials; trial++) {
                int former = fleet.leaderWithServer();
                int next = fleet.others(former).get(trial % (fleet.size() - 1));
                Prober prober =
                        new Prober(client, fleet.http(), fleet.numbers().boxed().toList(), tokens);
                prober.start();
                try (prober) {
                    Patience.pause(WARM);
                    long began = System.nanoTime();
                    handOver(client, former, next);
                    long ended = System.nanoTime();
                    Patience.pause(WARM);
                    prober.close();
                    Duration pause = prober.longestSilence(began, ended);
                    pauses.add(pause.toMillis());
                    answers.add((ended - began) / 1_000_000);
                    out.printf(
                            Locale.ROOT,
                            "%5d  %4d  %2d  %11d  %16d%n",
                            trial,
                            former,
                            next,
                            answers.getLast(),
                            pauses.getLast());
                } finally {
                    probes.addAll(prober.writes());
                }
                fleet.awaitLevel(LEVEL);
            }
            out.printf(
                    Locale.ROOT,
                    "writes paused: median %d ms, worst %d ms; answered after: median %d ms, worst %d ms%n",
                    median(pauses),
                    pauses.stream().max(Long::compare).orElse(0L),
                    median(answers),
                    answers.stream().max(Long::compare).orElse(0L));
            return judge(client, probes);
        }
    }

    private void handOver(FleetClient client, int former, int next) {
        try {
            client.handOver(fleet.node(former).http(), next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> judge(FleetClient client, List<TokenWrite> probes) {
        List<String> complaints = new ArrayList<>();
        probes.stream()
                .filter(write -> !write.outcome().acknowledged())
                .map(write -> "FAILED at node " + write.node() + ": " + write.outcome())
                .forEach(complaints::add);
        TokenCheck check = new TokenCheck(Prober.TABLE, probes);
        for (int node : fleet.numbers().toArray()) {
            complaints.addAll(check.finalRows(node, Prober.rowsAt(client, fleet, node)));
        }
        out.printf("%d writes, %d complaints%n", probes.size(), complaints.size());
        return complaints;
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
