package io.flotilla.verify;

import io.flotilla.failure.Deadline;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// One comparison of the fleet's servers, led by the leader. Used by one thread.
///
/// What differs at one position, or could not be read there, is looked at again at another: only what differs twice, with
/// the same nodes outvoted, is held against them. A difference that comes of DDL under way, or of a defect of this
/// comparison, is seldom there twice.
public final class Verification {
    /// The most one look may take, and with it the age of a snapshot.
    static final Duration MOST = Duration.ofMinutes(10);

    /// Two that agree, and two that DDL may spoil.
    private static final int LOOKS = 4;

    private final PeerNetwork network;
    private final LeadingServer leader;
    private final Optional<String> database;
    private final Optional<Suspect> suspect;
    private final InstantSource clock;
    private final Map<String, Set<NodeId>> accused = new HashMap<>();
    private final SortedMap<String, Report.Line> lines = new TreeMap<>();
    private final SortedMap<NodeId, String> differing = new TreeMap<>();
    private final NavigableSet<String> undecided = new TreeSet<>();

    /// @param database only this one; all, with accounts and rights, when empty
    /// @param suspect only the rows of these tables
    public Verification(
            PeerNetwork network,
            LeadingServer leader,
            Optional<String> database,
            Optional<Suspect> suspect,
            InstantSource clock) {
        this.network = network;
        this.leader = leader;
        this.database = database;
        this.suspect = suspect;
        this.clock = clock;
    }

    /// Compares; may take minutes.
    ///
    /// @throws VerifyException if the leader's own server cannot be compared
    public Report run() throws VerifyException, InterruptedException {
        Instant at = clock.instant();
        Look look = look(Optional.empty());
        int definitions = look.definitions();
        SortedMap<String, String> foreign = look.foreign();
        NavigableSet<NodeId> compared = compared(look);
        Set<String> again = judge(look);
        for (int looks = 1; looks < LOOKS && !again.isEmpty(); looks++) {
            look = look(Optional.of(again));
            compared.retainAll(compared(look));
            again = judge(look);
        }
        SortedMap<String, String> unread = new TreeMap<>(look.unread());
        unread.keySet().retainAll(again);
        unread.putAll(foreign);
        again.stream().filter(accused::containsKey).forEach(undecided::add);
        SortedMap<NodeId, String> silent = new TreeMap<>(look.silent());
        silent.keySet().removeAll(compared);
        addDefinitions(compared, definitions);
        return new Report(
                at,
                Duration.between(at, clock.instant()),
                look.position().toString(),
                compared,
                silent,
                new ArrayList<>(lines.values()),
                unread,
                differing,
                undecided);
    }

    private Look look(Optional<Set<String>> only) throws VerifyException, InterruptedException {
        return Look.at(network, leader, new Scope(database, suspect, only), Deadline.in(MOST));
    }

    private NavigableSet<NodeId> compared(Look look) {
        NavigableSet<NodeId> nodes = new TreeSet<>();
        for (Member member : network.members()) {
            if (!look.silent().containsKey(member.id())) {
                nodes.add(member.id());
            }
        }
        return nodes;
    }

    /// @return what must be looked at again
    private Set<String> judge(Look look) {
        Set<String> again = new HashSet<>();
        look.unread().forEach((object, reason) -> again.add(object));
        look.values()
                .forEach((object, its) -> {
                    Tally tally = Tally.of(its, network.members().size());
                    if (tally.equal()) {
                        accused.remove(object);
                    } else if (!confirmed(object, tally)) {
                        again.add(object);
                    }
                    keepLines(look, object, its, tally);
                });
        return again;
    }

    private boolean confirmed(String object, Tally tally) {
        Set<NodeId> before = accused.put(object, tally.outvoted());
        if (before == null || !before.equals(tally.outvoted())) {
            return false;
        }
        if (tally.outvoted().isEmpty()) {
            undecided.add(object);
        }
        for (NodeId node : tally.outvoted()) {
            differing.merge(
                    node,
                    object,
                    (known, more) -> known.length() > 200 ? known : known + ", " + more);
        }
        return true;
    }

    private void keepLines(Look look, String object, Map<NodeId, String> its, Tally tally) {
        Map<NodeId, Long> rows = look.rows().getOrDefault(object, new TreeMap<>());
        its.keySet().forEach(node -> lines.remove(key(object, node)));
        if (!rows.isEmpty() || !tally.equal()) {
            its.forEach((node, value) ->
                    lines.put(
                            key(object, node),
                            new Report.Line(
                                    object,
                                    node,
                                    rows.getOrDefault(node, -1L),
                                    tally.equal()
                                            || !tally.outvoted().isEmpty()
                                                    && !tally.outvoted().contains(node))));
        }
    }

    private static String key(String object, NodeId node) {
        return object + "\0" + node;
    }

    /// One line a node for what is not rows.
    private void addDefinitions(NavigableSet<NodeId> compared, int objects) {
        if (objects > 0) {
            for (NodeId node : compared) {
                lines.put(
                        key("", node),
                        new Report.Line("(" + objects + " definitions)", node, -1, true));
            }
        }
    }

    /// Tells a follower that it is to be rebuilt.
    ///
    /// @param reason the end of a sentence: "its server ..."
    /// @throws IOException if it does not hear it
    public static void condemn(PeerNetwork network, NodeId node, String reason) throws IOException {
        try (Remote remote = Remote.open(network, node)) {
            remote.differs(reason);
        }
    }
}
