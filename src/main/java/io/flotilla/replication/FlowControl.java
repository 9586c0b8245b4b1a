package io.flotilla.replication;

import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Slows the leader's acknowledgements down while fewer than a majority of servers, its own included, are within
/// `lag.max` of the log: a failover waits for the best of the others to apply what it lacks (docs/design.md).
///
/// Only servers that follow count. One that is down, proved or rebuilt is not helped by slow writes.
///
/// While nothing is written and everybody is level it asks seldom. It also hears whose disks are full: without room on a
/// majority of them a write would wait for ever.
final class FlowControl implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlowControl.class);

    /// How often the others are asked while there is something to apply.
    private static final Duration EVERY = Duration.ofMillis(200);

    private static final Duration IDLE = Duration.ofSeconds(2);

    /// How long an acknowledgement is held when the lag is twice what it may be; more in proportion.
    static final Duration STEP = Duration.ofMillis(200);

    /// The longest an acknowledgement is held: longer, and clients think the leader dead.
    static final Duration MOST = Duration.ofSeconds(1);

    private final Parts parts;
    private final long term;
    private final Thread thread;

    private volatile Runnable released = () -> {};
    private volatile Duration hold = Duration.ZERO;
    private volatile Map<NodeId, Duration> lags = Map.of();
    private volatile Map<NodeId, Occupation> occupied = Map.of();
    private volatile Optional<String> blocked = Optional.empty();
    private volatile boolean paused;
    private volatile boolean closed;

    FlowControl(Parts parts, long term) {
        this.parts = parts;
        this.term = term;
        thread = Thread.ofVirtual().name("flow-control").unstarted(this::run);
    }

    /// @param told when acknowledgements need not be held any longer
    void start(Runnable told) {
        released = told;
        if (parts.members().size() > 1) {
            thread.start();
        }
    }

    /// How long an acknowledgement is to be held at this moment.
    Duration hold() {
        return paused ? Duration.ZERO : hold;
    }

    /// How far behind the servers that follow are, as last heard.
    Map<NodeId, Duration> lags() {
        return lags;
    }

    /// What the servers that follow are busy with, as last heard.
    Map<NodeId, Occupation> occupied() {
        return occupied;
    }

    /// Why a write could not be committed: too few disks have room for it. Empty as long as a majority has.
    Optional<String> blocked() {
        return blocked;
    }

    private void run() {
        try (PeerStandings.Conversation others = parts.standings().converse()) {
            while (!closed) {
                look(others.ask());
                Thread.sleep(EVERY);
                if (!closed && level(others)) {
                    parts.committed().awaitBeyond(lowest(others), () -> closed, IDLE);
                }
            }
        } catch (InterruptedException e) {
            // The reign is over.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("flow control ends: writes are no longer slowed down for followers", e);
            blocked = Optional.empty();
            set(Duration.ZERO);
        }
    }

    private boolean level(PeerStandings.Conversation others) {
        return lowest(others) >= parts.committed().last().seq();
    }

    private static long lowest(PeerStandings.Conversation others) {
        return others.known().values().stream()
                .filter(PeerStandings.Answer::ready)
                .mapToLong(PeerStandings.Answer::applied)
                .min()
                .orElse(0);
    }

    private void look(Map<NodeId, PeerStandings.Answer> answers) {
        long now = System.nanoTime();
        Map<NodeId, Duration> behind = new TreeMap<>();
        answers.forEach((node, answer) -> {
            if (answer.ready()) {
                behind.put(node, parts.committed().behind(answer.applied(), now));
            }
        });
        lags = behind;
        Map<NodeId, Occupation> busy = new TreeMap<>();
        answers.forEach(
                (node, answer) -> answer.occupation().ifPresent(what -> busy.put(node, what)));
        occupied = busy;
        blocked = blocked(answers.values(), parts.members().size());
        Duration most = parts.config().lagMax();
        set(hold(List.copyOf(behind.values()), parts.members().size(), most));
    }

    private void set(Duration next) {
        Duration before = hold;
        hold = next;
        if (before.isZero() && !next.isZero()) {
            LOG.warn(
                    "term {}: the servers of the followers are further behind than lag.max = {} s ({}); writes are slowed"
                            + " down until a majority of servers is nearer",
                    term,
                    parts.config().lagMax().toMillis() / 1e3,
                    lags);
        } else if (!before.isZero() && next.isZero()) {
            LOG.info("term {}: a majority of servers is near the log again", term);
            released.run();
        }
    }

    /// @param others what those of the other nodes say that answer
    /// @param members how many nodes there are
    static Optional<String> blocked(Collection<PeerStandings.Answer> others, int members) {
        List<NodeId> full =
                others.stream()
                        .filter(PeerStandings.Answer::full)
                        .map(PeerStandings.Answer::node)
                        .sorted(Comparator.comparingInt(NodeId::number))
                        .toList();
        int taking = 1 + others.size() - full.size();
        return full.isEmpty() || taking > members / 2
                ? Optional.empty()
                : Optional.of(
                        "too little is left (disk.reserve) on the disks of nodes "
                                + full
                                + ", without which there is no majority");
    }

    /// @param lags of the other servers that follow
    /// @param members how many nodes there are
    /// @param most what is allowed
    static Duration hold(List<Duration> lags, int members, Duration most) {
        int needed = Math.min(members / 2, lags.size());
        if (needed == 0) {
            return Duration.ZERO;
        }
        Duration lag = lags.stream().sorted().skip(needed - 1).findFirst().orElseThrow();
        if (lag.compareTo(most) <= 0) {
            return Duration.ZERO;
        }
        double over = (double) lag.toNanos() / most.toNanos() - 1;
        long nanos = Math.min(MOST.toNanos(), Math.round(STEP.toNanos() * over));
        return Duration.ofNanos(nanos);
    }

    /// Holds nothing for a while: a handover waits for open commits.
    void pause() {
        paused = true;
        released.run();
    }

    void resume() {
        paused = false;
    }

    @Override
    public void close() {
        pause();
        closed = true;
        thread.interrupt();
        parts.committed().wake();
    }
}
