package io.flotilla.bench.speed;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.NodeProcess;
import io.flotilla.bench.Training;
import io.flotilla.bench.speed.Flotilla.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a fleet does while a node of it is recorded: clients read and write by HTTP and by the MySQL protocol at every
/// node, first while the recorded node leads, then while it follows.
///
/// As fast as answers come: the JVM keeps what it saw of a method only once it has compiled it.
public final class TrainingLoad implements Training.Work {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoad.class);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /// Answers in each of the two roles. Fewer, and the hot methods of a role are not all compiled when it ends.
    private static final long ENOUGH = 40_000;

    /// A role ends then with what was done: on a machine that is busy the training gives way.
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /// At each door of each node: enough for several writes to share an entry.
    private static final int CLIENTS = 4;

    private static final List<Way> WAYS = List.of(Way.HTTP, Way.MYSQL, Way.READ_LINEARIZABLE);

    @Override
    public void on(Fleet fleet, int recorded) throws IOException {
        int other = fleet.others(recorded).getFirst();
        try (FleetClient client = new FleetClient(ANSWER)) {
            Flotilla.prepare(client, fleet.node(fleet.leader()).http());
            int generation = 0;
            for (int leader : List.of(recorded, other)) {
                int before = fleet.leader();
                if (before != leader) {
                    client.handOver(fleet.node(before).http(), leader);
                    fleet.awaitLevel(ANSWER);
                }
                round(fleet, generation++);
            }
        }
    }

    private static void round(Fleet fleet, int generation) throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        AtomicLong done = new AtomicLong();
        List<Thread> clients = new ArrayList<>();
        for (int number : fleet.numbers().toArray()) {
            for (Way way : WAYS) {
                for (int i = 0; i < CLIENTS; i++) {
                    int client = generation * Trial.MOST_CLIENTS + clients.size();
                    NodeProcess node = fleet.node(number);
                    clients.add(
                            Thread.ofVirtual()
                                    .name("training-" + client)
                                    .start(() -> work(way, node, client, end, done)));
                }
            }
        }
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (done.get() == 0) {
            throw new IOException("none of the clients' statements was done");
        }
    }

    /// A client that is refused, as on a node that changes its role, goes home.
    ///
    /// @param done counts what all have done
    private static void work(Way way, NodeProcess node, int client, long end, AtomicLong done) {
        Workload.Keys keys = new Workload.Keys(client);
        SplittableRandom random = new SplittableRandom(client);
        List<Workload> workloads =
                way == Way.READ_LINEARIZABLE ? List.of(Workload.READ) : List.of(Workload.values());
        try (Session session = Flotilla.open(way, node)) {
            for (int turn = client; done.get() < ENOUGH && System.nanoTime() - end < 0; turn++) {
                Workload workload = workloads.get(turn % workloads.size());
                session.run(workload.statements(keys, random), !workload.single());
                done.incrementAndGet();
            }
        } catch (IOException e) {
            LOG.debug("a client of the training was refused", e);
        }
    }
}
