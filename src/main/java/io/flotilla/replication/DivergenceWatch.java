package io.flotilla.replication;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.verify.LeadingServer;
import io.flotilla.verify.Report;
import io.flotilla.verify.Suspect;
import io.flotilla.verify.Verification;
import io.flotilla.verify.VerifyException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares the fleet's servers while this node leads: everything from time to time and when somebody asks, and soon what a
/// statement has filled that may differ ([Suspects]). One comparison at a time, on a thread of its own; and sees to it that a node which differs is rebuilt.
///
/// INVARIANT I3: a node is taken out only when a majority of the fleet, all members counted, agrees against it. A leader
/// that is outvoted hands over first. Without such a majority nobody knows who is right: an alarm is all.
final class DivergenceWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DivergenceWatch.class);

    /// A leader that has just begun has more urgent work.
    private static final Duration SETTLED = Duration.ofMinutes(1);

    /// Between two attempts to give away a lead that should be somebody else's.
    private static final Duration HANDOVER = Duration.ofSeconds(5);

    private final Parts parts;
    private final PeerNetwork network;
    private final Thread thread;
    private final Deque<Request> requests = new ArrayDeque<>();
    private long due;
    private volatile @Nullable Report last;
    private final LongAdder runs = new LongAdder();
    private final LongAdder failures = new LongAdder();

    private record Request(
            Optional<String> database, Optional<Suspect> suspect, CompletableFuture<Report> done) {
        Request(Optional<String> database) {
            this(database, Optional.empty(), new CompletableFuture<>());
        }

        Request(Suspect suspect) {
            this(Optional.empty(), Optional.of(suspect), new CompletableFuture<>());
        }

        boolean everything() {
            return database.isEmpty() && suspect.isEmpty();
        }
    }

    DivergenceWatch(Parts parts, PeerNetwork network, RandomGenerator random) {
        this.parts = parts;
        this.network = network;
        long every = parts.config().verifyEvery().toNanos();
        due = System.nanoTime() + (every == 0 ? 0 : random.nextLong(every));
        thread = Thread.ofVirtual().name("divergence-watch").unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    /// Compares as soon as what is under way is over. A comparison that is asked for twice is done once.
    synchronized CompletableFuture<Report> ask(Optional<String> database) {
        for (Request request : requests) {
            if (request.database().equals(database)) {
                return request.done();
            }
        }
        Request request = new Request(database);
        requests.add(request);
        notifyAll();
        return request.done();
    }

    /// What the last comparison that this node led found.
    Optional<Report> last() {
        return Optional.ofNullable(last);
    }

    /// Comparisons that this node led to their end.
    long runs() {
        return runs.sum();
    }

    /// Comparisons that came to nothing.
    long failures() {
        return failures.sum();
    }

    private void watch() {
        try {
            while (!parts.signals().stopping()) {
                Request request = next();
                Optional<LeadingServer> leader = parts.verify().leader();
                if (leader.isPresent()) {
                    run(request, leader.get());
                } else {
                    request.done()
                            .completeExceptionally(
                                    new FlotillaException(
                                            Failure.UNAVAILABLE, "this node does not lead"));
                }
            }
        } catch (InterruptedException e) {
            log.debug("the watch ends", e);
        } catch (Throwable e) {
            parts.fatal().fatal("the divergence watch cannot go on", e);
        }
    }

    private synchronized Request next() throws InterruptedException {
        while (requests.isEmpty()) {
            Duration every = parts.config().verifyEvery();
            if (!every.isZero() && System.nanoTime() - due >= 0 && settled(every)) {
                return new Request(Optional.empty());
            }
            if (!every.isZero() && parts.verify().leader().isPresent()) {
                Optional<Suspect> suspect = parts.suspects().next(parts.committed().last().seq());
                if (suspect.isPresent()) {
                    return new Request(suspect.get());
                }
            }
            TimeUnit.MILLISECONDS.timedWait(this, 1000);
        }
        return requests.remove();
    }

    private boolean settled(Duration every) {
        Duration enough = every.compareTo(SETTLED) < 0 ? every : SETTLED;
        return parts.verify().leader().isPresent()
                && parts.front().phase().since().plus(enough).isBefore(parts.clock().instant());
    }

    private void run(Request request, LeadingServer leader) throws InterruptedException {
        if (request.everything()) {
            due = System.nanoTime() + parts.config().verifyEvery().toNanos();
        }
        try {
            Report report =
                    new Verification(
                                    network,
                                    leader,
                                    request.database(),
                                    request.suspect(),
                                    parts.clock())
                            .run();
            // what was found of everything is not covered up by a table that is equal
            if (request.suspect().isEmpty() || !report.equal()) {
                last = report;
            }
            request.suspect().ifPresent(it -> parts.suspects().compared(it, whole(report)));
            runs.increment();
            tell(report);
            request.done().complete(report);
            act(report);
        } catch (VerifyException | RuntimeException e) {
            failures.increment();
            request.suspect().ifPresent(it -> parts.suspects().compared(it, false));
            log.warn("the servers could not be compared", e);
            request.done()
                    .completeExceptionally(
                            new FlotillaException(
                                    Failure.UNAVAILABLE,
                                    "the servers could not be compared: " + e.getMessage(),
                                    e));
        }
    }

    private static boolean whole(Report report) {
        return report.silent().isEmpty() && report.unread().isEmpty();
    }

    private static void tell(Report report) {
        if (!report.undecided().isEmpty()) {
            log.error(
                    "SERVERS DIFFER at '{}', and no majority agrees which is right; a person must look: {}",
                    report.position(),
                    report.undecided());
        }
        report.silent()
                .forEach((node, reason) -> log.warn("node {} was not compared: {}", node, reason));
        log.info(
                "compared nodes {} at '{}' in {} ms: {}",
                report.compared(),
                report.position(),
                report.took().toMillis(),
                report.equal() ? "equal" : "NOT equal");
    }

    private void act(Report report) throws InterruptedException {
        for (Map.Entry<NodeId, String> each : report.differing().entrySet()) {
            NodeId node = each.getKey();
            String reason =
                    "holds something else than a majority of the nodes at '"
                            + report.position()
                            + "': "
                            + each.getValue();
            log.error("the server of node {} {}", node, reason);
            if (node.equals(parts.self())) {
                parts.verify().differs(reason);
            } else {
                try {
                    Verification.condemn(network, node, reason);
                } catch (IOException e) {
                    log.error(
                            "node {} does not hear that it differs; it will be looked at again",
                            node,
                            e);
                }
            }
        }
        while (parts.verify().difference().isPresent() && parts.verify().leader().isPresent()) {
            Optional<NodeId> next = agreeing(report);
            log.error("node {} differs and gives the lead to {}", parts.self(), next);
            if (next.isPresent()) {
                parts.handover().ask(next);
            }
            parts.signals().await(() -> parts.verify().leader().isEmpty(), HANDOVER);
        }
    }

    /// Somebody who is to lead instead of this node, and has not been found different.
    private Optional<NodeId> agreeing(Report report) {
        return report.compared().stream()
                .filter(node -> !node.equals(parts.self()))
                .filter(node -> !report.differing().containsKey(node))
                .filter(parts.standings()::isReady)
                .findFirst();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
