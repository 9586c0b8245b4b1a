package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Replacement;
import io.flotilla.peer.NodeId;
import io.flotilla.provision.SnapshotRequest;
import io.flotilla.provision.Transfer;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one node after the other for its data until one has given them whole, on a thread of its own.
///
/// Followers first, if one is near the end of the log: a leader's clients have to wait for a moment while its data are
/// copied. Of several the nearest. When nobody can give anything
/// ([Prospects]), the base this node keeps is taken; when it has none, and the log reaches back to its first entry, the
/// search ends without a copy. Data that were found different from the others' are replaced by another node's or not at all:
/// the base and the log may lead to the same again.
final class SnapshotSearch implements AutoCloseable {
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Logger log = LoggerFactory.getLogger(SnapshotSearch.class);

    private final Parts parts;
    private final Thread thread;
    private final long begin = System.nanoTime();
    private volatile @Nullable Under under;
    private volatile boolean over;
    private volatile @Nullable Replacement copy;

    private SnapshotSearch(Parts parts) {
        this.parts = parts;
        thread = Thread.ofVirtual().name("snapshot-search").unstarted(this::run);
    }

    static SnapshotSearch start(Parts parts) {
        SnapshotSearch search = new SnapshotSearch(parts);
        search.thread.start();
        return search;
    }

    /// One line for a person.
    String progress() {
        Under now = under;
        return now == null || now.transfer().expected() == 0
                ? "asking the other nodes for their data"
                : "receiving the data of node " + now.donor() + ", " + now.transfer();
    }

    private record Under(NodeId donor, Transfer transfer) {}

    boolean over() {
        return over;
    }

    boolean found() {
        return copy != null;
    }

    Replacement copy() {
        Replacement found = copy;
        if (found == null) {
            throw new IllegalStateException("nobody gave a copy");
        }
        return found;
    }

    private void run() {
        try {
            boolean none = false;
            while (copy == null && mayGoOn(none)) {
                Prospects prospects = round();
                none = prospects.none(waited(), behind());
                if (copy == null && none && parts.verify().difference().isEmpty()) {
                    takeBase();
                }
                if (copy == null && mayGoOn(none)) {
                    Thread.sleep(AGAIN);
                }
            }
        } catch (InterruptedException e) {
            log.debug("the search for a copy was ended", e);
        } catch (Throwable e) {
            parts.fatal().fatal("fetching another node's data", e);
        } finally {
            over = true;
            parts.signals().wake();
        }
    }

    /// Asks everybody who may have data.
    private Prospects round() throws InterruptedException {
        List<PeerStandings.Answer> answers = parts.standings().answers();
        Prospects prospects =
                Prospects.of(answers, parts.members().size() - 1, parts.committed().last().seq());
        boolean leadersToo = prospects.leadersToo(waited());
        for (PeerStandings.Answer answer : nearestFirst(answers)) {
            boolean asked =
                    switch (answer.role()) {
                        case FOLLOWING -> true;
                        case LEADING -> leadersToo;
                        case PROVING, PROMOTING, STEPPING, REBUILDING, UNPROVED, STOPPED -> false;
                    };
            if (copy == null && asked) {
                ask(answer.node(), leadersToo);
            }
        }
        return prospects;
    }

    private static List<PeerStandings.Answer> nearestFirst(List<PeerStandings.Answer> answers) {
        return answers.stream()
                .sorted(Comparator.comparingLong(PeerStandings.Answer::applied).reversed())
                .toList();
    }

    /// What this node's own means lack.
    private long behind() {
        long own =
                parts.engine()
                        .base()
                        .position()
                        .filter(parts.committed()::contains)
                        .map(Gtid::seq)
                        .orElse(0L);
        return parts.committed().last().seq() - own;
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /// Whether there is anything to hope for, or nothing else to do.
    private boolean mayGoOn(boolean none) {
        return parts.verify().difference().isPresent()
                || parts.committed().firstSeq() > 1
                || baseFits()
                || !none;
    }

    private boolean baseFits() {
        return parts.engine().base().position().filter(parts.committed()::contains).isPresent();
    }

    private void takeBase() {
        if (!baseFits()) {
            log.warn(
                    "nobody gives this node their data, and it has no base that the log goes on from");
            return;
        }
        try {
            log.warn("nobody gives this node their data: its own base is taken");
            Replacement into = parts.engine().replacement();
            parts.engine().base().copyInto(into);
            copy = into;
        } catch (IOException | EngineException e) {
            log.warn("the base of this node cannot be taken: {}", e.getMessage());
        }
    }

    private void ask(NodeId donor, boolean leadersToo) throws InterruptedException {
        Transfer transfer = new Transfer();
        under = new Under(donor, transfer);
        try {
            Replacement into = parts.engine().replacement();
            parts.provision()
                    .fetch(
                            donor,
                            new SnapshotRequest(parts.committed().firstSeq() - 1, leadersToo),
                            parts.engine().binaries().version(),
                            into,
                            transfer);
            copy = into;
        } catch (IOException | EngineException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (transfer.bytes() > 0) {
                log.warn("no copy of the data of node {}: {}", donor, e.getMessage());
            } else {
                log.debug("no copy of the data of node {}", donor, e);
            }
        }
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
