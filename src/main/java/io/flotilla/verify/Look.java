package io.flotilla.verify;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.TableName;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fleet's servers at one position, read once.
///
/// Hold the followers → open the leader's snapshot, not before it shows what they have begun → let them go on to its
/// position and open theirs → sum up table by table, all nodes at the same time.
///
/// Used by one thread.
final class Look implements AutoCloseable {
    /// What the leader's own server may take to show what a follower has, and its log to commit what it has written.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Look.class);

    static final String REDEFINED = "definitions changed meanwhile";

    private static final Executor ASKING =
            work -> Thread.ofVirtual().name("verify-ask").start(work);

    private final PeerNetwork network;
    private final LeadingServer leader;
    private final Scope scope;
    private final Deadline deadline;
    private final List<Remote> remotes = new ArrayList<>();
    private @Nullable Snapshot own;
    private Gtid position = Gtid.NONE;

    /// By object, then by node.
    private final SortedMap<String, SortedMap<NodeId, String>> values = new TreeMap<>();

    private final SortedMap<String, SortedMap<NodeId, Long>> rows = new TreeMap<>();
    private final SortedMap<String, String> unread = new TreeMap<>();
    private final SortedMap<String, String> foreign = new TreeMap<>();
    private final SortedMap<NodeId, String> silent = new TreeMap<>();
    private int definitions;

    private Look(PeerNetwork network, LeadingServer leader, Scope scope, Deadline deadline) {
        this.network = network;
        this.leader = leader;
        this.scope = scope;
        this.deadline = deadline;
    }

    /// @throws VerifyException if the leader itself cannot be compared
    static Look at(PeerNetwork network, LeadingServer leader, Scope scope, Deadline deadline)
            throws VerifyException, InterruptedException {
        try (Look look = new Look(network, leader, scope, deadline)) {
            look.hold();
            look.meet();
            look.sumUp();
            return look;
        } catch (SQLException e) {
            throw new VerifyException("the leader's server fails: " + e.getMessage(), e);
        }
    }

    Gtid position() {
        return position;
    }

    SortedMap<String, SortedMap<NodeId, String>> values() {
        return values;
    }

    /// Of tables only.
    SortedMap<String, SortedMap<NodeId, Long>> rows() {
        return rows;
    }

    /// What another look may read.
    SortedMap<String, String> unread() {
        return unread;
    }

    /// What no look can read.
    SortedMap<String, String> foreign() {
        return foreign;
    }

    SortedMap<NodeId, String> silent() {
        return silent;
    }

    /// How many objects of the leader were compared by their definitions.
    int definitions() {
        return definitions;
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws IOException;
    }

    private static <T> CompletableFuture<T> asked(Question<T> question) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.ask();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                ASKING);
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private void hold() throws InterruptedException {
        Map<NodeId, CompletableFuture<Remote>> opening = new TreeMap<>();
        for (Member member : network.members()) {
            NodeId node = member.id();
            if (!node.equals(network.self())) {
                opening.put(node, asked(() -> Remote.open(network, node)));
            }
        }
        try {
            for (Map.Entry<NodeId, CompletableFuture<Remote>> each : opening.entrySet()) {
                try {
                    remotes.add(each.getValue().get());
                } catch (ExecutionException e) {
                    silent.put(each.getKey(), reason(e));
                }
            }
        } catch (InterruptedException e) {
            // What opens later nobody else would close.
            for (CompletableFuture<Remote> opened : opening.values()) {
                var _ = opened.thenAccept(Remote::close);
            }
            throw e;
        }
    }

    private void meet() throws VerifyException, SQLException, InterruptedException {
        long begun = remotes.stream().mapToLong(Remote::begun).max().orElse(0);
        if (!leader.shows(begun, Deadline.in(PATIENCE))) {
            throw new VerifyException("the leader's server does not show transaction " + begun);
        }
        Snapshot snapshot = Snapshot.open(leader.connect());
        own = snapshot;
        Gtid written = Gtid.parse(snapshot.binlogPosition());
        position = written.equals(Gtid.NONE) ? leader.before() : written;
        Map<Remote, CompletableFuture<Definitions>> following = new HashMap<>();
        for (Remote remote : remotes) {
            following.put(remote, asked(() -> remote.goOnTo(position.seq())));
        }
        @Nullable Definitions mine = definitions(snapshot);
        SortedMap<NodeId, Definitions> all = new TreeMap<>();
        for (Map.Entry<Remote, CompletableFuture<Definitions>> each : following.entrySet()) {
            Remote remote = each.getKey();
            try {
                all.put(remote.node(), each.getValue().get());
            } catch (ExecutionException e) {
                lose(remote, reason(e));
            }
        }
        if (mine == null) {
            unread.put(Scope.ALL_DEFINITIONS, REDEFINED);
            all.put(network.self(), NOTHING);
        } else {
            all.put(network.self(), mine);
            compareDefinitions(all);
        }
        compareSequences(all);
    }

    private static final Definitions NOTHING = new Definitions(List.of(), new TreeMap<>());

    /// @return null when they are not those of the position, or DDL under way holds them
    private @Nullable Definitions definitions(Snapshot snapshot)
            throws SQLException, InterruptedException {
        Definitions read;
        try (Connection connection = leader.connect()) {
            read = Definitions.read(connection, snapshot);
        } catch (SQLException e) {
            LOG.debug("the leader's definitions cannot be read", e);
            return null;
        }
        return redefined(snapshot) ? null : read;
    }

    /// Whether something was defined behind the position, also if the log does not have it yet.
    private boolean redefined(Snapshot snapshot) throws SQLException, InterruptedException {
        long executed =
                Gtid.parse(snapshot.value("SELECT @@global.gtid_binlog_pos").orElse("")).seq();
        return !leader.committed(executed, Deadline.in(PATIENCE))
                || leader.definedSince(position.seq());
    }

    private void lose(Remote remote, String reason) {
        silent.put(remote.node(), reason);
        remotes.remove(remote);
        remote.close();
    }

    private void compareDefinitions(SortedMap<NodeId, Definitions> all) {
        SortedMap<NodeId, Map<String, String>> fingerprints = new TreeMap<>();
        TreeSet<String> names = new TreeSet<>();
        all.forEach((node, told) -> {
            Map<String, String> its = told.fingerprints();
            its.keySet().removeIf(object -> !scope.hasDefinition(object));
            fingerprints.put(node, its);
            names.addAll(its.keySet());
        });
        definitions = names.size();
        for (String name : names) {
            fingerprints.forEach(
                    (node, its) -> note(name, node, its.getOrDefault(name, "not there")));
        }
    }

    private void compareSequences(SortedMap<NodeId, Definitions> all) {
        TreeSet<String> names = new TreeSet<>();
        all.values().forEach(told -> names.addAll(told.sequences().keySet()));
        names.removeIf(name -> !scope.hasSequence(name));
        for (String name : names) {
            SortedMap<NodeId, SequenceValue> its = new TreeMap<>();
            all.forEach((node, told) -> {
                SequenceValue value = told.sequences().get(name);
                if (value != null) {
                    its.put(node, value);
                }
            });
            SequenceValue.comparable(its, network.members().size())
                    .forEach((node, value) -> note("sequence " + name, node, value.text()));
        }
    }

    private void note(String object, NodeId node, String value) {
        values.computeIfAbsent(object, name -> new TreeMap<>()).put(node, value);
    }

    private void sumUp() throws VerifyException, SQLException, InterruptedException {
        Snapshot snapshot = own;
        if (snapshot == null) {
            throw new IllegalStateException("not met yet");
        }
        for (TableName table : snapshot.unreadable()) {
            if (scope.hasRows(table)) {
                foreign.put(table.toString(), "it is not InnoDB's");
            }
        }
        TreeSet<String> summed = new TreeSet<>();
        for (TableName table : snapshot.tables()) {
            if (scope.hasRows(table)) {
                if (leader.ended()) {
                    throw new VerifyException("the lead was lost");
                }
                sumUp(snapshot, table);
                summed.add(table.toString());
            }
        }
        boolean redefined = redefined(snapshot);
        for (String table : summed) {
            SortedMap<NodeId, String> its = values.get(table);
            if (redefined && its != null && !Tally.of(its, its.size()).equal()) {
                values.remove(table);
                unread.put(table, REDEFINED);
            }
        }
    }

    private void sumUp(Snapshot snapshot, TableName table) throws InterruptedException {
        if (deadline.over()) {
            unread.put(table.toString(), "the time was over");
            return;
        }
        Map<Remote, CompletableFuture<Sum>> asked = new HashMap<>();
        for (Remote remote : remotes) {
            asked.put(remote, asked(() -> remote.sum(table, deadline)));
        }
        try {
            note(table, network.self(), snapshot.sum(table, deadline));
        } catch (VerifyException e) {
            unread.put(table.toString(), "leader: " + e.getMessage());
        }
        for (Map.Entry<Remote, CompletableFuture<Sum>> each : asked.entrySet()) {
            Remote remote = each.getKey();
            try {
                note(table, remote.node(), each.getValue().get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof VerifyException) {
                    unread.put(table.toString(), "node " + remote.node() + ": " + reason(e));
                } else {
                    lose(remote, reason(e));
                }
            }
        }
        if (unread.containsKey(table.toString())) {
            values.remove(table.toString());
        }
    }

    private void note(TableName table, NodeId node, Sum sum) {
        note(table.toString(), node, sum.toString());
        rows.computeIfAbsent(table.toString(), name -> new TreeMap<>()).put(node, sum.rows());
    }

    @Override
    public void close() {
        remotes.forEach(Remote::close);
        Snapshot snapshot = own;
        if (snapshot != null) {
            snapshot.close();
        }
    }
}
