package io.flotilla.bench.speed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// One workload on one system by so many clients: warmed up, then measured, then waited for until every replica has
/// applied it.
final class Trial {
    static final int MOST_CLIENTS = 1024;

    /// A system that says no to so many is not measured further.
    private static final int MOST_ERRORS = 1000;

    private final Contestant contestant;
    private final Workload workload;
    private final Load load;
    private final Collection<Latencies> latencies = new ConcurrentLinkedQueue<>();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicReference<String> firstError = new AtomicReference<>("");

    /// How hard.
    ///
    /// @param clients connections, each with one request at a time
    /// @param warmUpSeconds not measured
    /// @param seconds measured
    /// @param perSecond requests in all that are due each second, whether earlier ones were answered or not: each is sent,
    ///     late if need be, and its latency counts from the moment it was due. What could not be sent within twice the
    ///     time is an error. 0: as fast as answers come
    record Load(int clients, int warmUpSeconds, int seconds, int perSecond) {}

    /// @param operations answered with success while it was measured
    /// @param seconds it was measured for
    /// @param drainSeconds from then on until every replica had applied everything
    /// @param cost of the system's processes from the first measured operation to the last applied one, without the
    ///     clients
    record Outcome(
            int operations,
            double seconds,
            double drainSeconds,
            Cost cost,
            double p50,
            double p99,
            double p999,
            long errors,
            String firstError) {
        /// Operations per second, counted until every replica has applied them: what can be kept up.
        double sustained() {
            return operations / (seconds + drainSeconds);
        }

        double perSecond() {
            return operations / seconds;
        }

        double cpuMillis() {
            return operations == 0 ? 0 : cost.cpuSeconds() * 1000 / operations;
        }

        double bytes() {
            return operations == 0 ? 0 : (double) cost.writtenBytes() / operations;
        }
    }

    private Trial(Contestant contestant, Workload workload, Load load) {
        this.contestant = contestant;
        this.workload = workload;
        this.load = load;
    }

    /// @param generation of the clients' keys, unlike any other's on this system
    static Outcome run(Contestant contestant, Workload workload, Load load, int generation)
            throws IOException {
        return new Trial(contestant, workload, load).run(generation);
    }

    private Outcome run(int generation) throws IOException {
        List<Session> sessions = new ArrayList<>();
        try {
            for (int client = 0; client < load.clients(); client++) {
                sessions.add(contestant.open());
            }
            round(sessions, 2 * generation, load.warmUpSeconds());
            contestant.awaitApplied();
            latencies.clear();
            errors.set(0);
            firstError.set("");
            Cost before = Cost.of(contestant.processes(), contestant.directory());
            long began = System.nanoTime();
            round(sessions, 2 * generation + 1, load.seconds());
            long ended = System.nanoTime();
            if (workload.writes()) {
                contestant.awaitApplied();
            }
            long applied = System.nanoTime();
            Cost cost = Cost.of(contestant.processes(), contestant.directory()).since(before);
            int[] sorted = Latencies.sorted(latencies);
            return new Outcome(
                    sorted.length,
                    (ended - began) / 1e9,
                    (applied - ended) / 1e9,
                    cost,
                    Latencies.quantile(sorted, 0.5),
                    Latencies.quantile(sorted, 0.99),
                    Latencies.quantile(sorted, 0.999),
                    errors.get(),
                    firstError.get());
        } finally {
            sessions.forEach(Session::close);
        }
    }

    /// All clients at once, until the time is over and each has its last answer.
    private void round(List<Session> sessions, int generation, int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < sessions.size(); client++) {
            int number = client;
            Session session = sessions.get(client);
            threads.add(
                    Thread.ofPlatform()
                            .name("bench-" + client)
                            .daemon()
                            .start(() -> work(session, number, generation, end)));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients work", e);
        }
    }

    private void work(Session session, int client, int generation, long end) {
        Latencies own = new Latencies();
        Workload.Keys keys = new Workload.Keys(generation * MOST_CLIENTS + client);
        SplittableRandom random = new SplittableRandom(client);
        if (load.perSecond() == 0) {
            while (System.nanoTime() - end < 0 && errors.get() < MOST_ERRORS) {
                request(session, keys, random, System.nanoTime(), own);
            }
        } else {
            paced(session, keys, random, end, own);
        }
        latencies.add(own);
    }

    /// Whatever was due is sent, also after the end: to leave out what waits when a system stands still would leave out its
    /// worst latencies.
    private void paced(
            Session session, Workload.Keys keys, SplittableRandom random, long end, Latencies own) {
        long began = System.nanoTime();
        long last = end + (end - began);
        long pace = 1_000_000_000L * load.clients() / load.perSecond();
        long due = began + random.nextLong(pace);
        while (due - end < 0) {
            if (System.nanoTime() - last >= 0 || errors.get() >= MOST_ERRORS) {
                long left = (end - due + pace - 1) / pace;
                fail(left, "not sent: too late, or after too many errors");
                return;
            }
            request(session, keys, random, awaitUntil(due), own);
            due += pace;
        }
    }

    private void request(
            Session session,
            Workload.Keys keys,
            SplittableRandom random,
            long began,
            Latencies own) {
        try {
            session.run(workload.statements(keys, random), !workload.single());
            own.add(System.nanoTime() - began);
        } catch (IOException e) {
            fail(1, String.valueOf(e.getMessage()));
        }
    }

    private void fail(long count, String why) {
        errors.addAndGet(count);
        firstError.compareAndSet("", why);
    }

    /// @return the moment it was due, not the one at which we woke up: a late request has waited
    private static long awaitUntil(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
        return due;
    }
}
