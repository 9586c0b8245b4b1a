package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.consensus.ReplicatedLog.CompactedException;
import io.flotilla.ddl.DdlMarks;
import io.flotilla.ddl.ExecutedDdl;
import io.flotilla.ddl.FollowerCrash;
import io.flotilla.ddl.FollowerVerdict;
import io.flotilla.ddl.LeaderCrash;
import io.flotilla.ddl.LeaderVerdict;
import io.flotilla.ddl.Resolver;
import io.flotilla.ddl.Schema;
import io.flotilla.ddl.SchemaDigest;
import io.flotilla.ddl.ServerState;
import io.flotilla.engine.RunRecord;
import io.flotilla.failure.Deadline;
import io.flotilla.replication.CommittedLog.Era;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says whether a recovered server is a prefix of the log, and which (I3); the table of docs/design.md, section 6.
///
/// Called when the log is known up to a quorum's read index.
final class Judge {
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

    /// How long peers are asked for a digest before a former leader counts as unproved: long enough for them to apply
    /// what this node's reign wrote.
    private static final Duration PEERS = Duration.ofSeconds(30);

    private static final Duration AGAIN = Duration.ofMillis(200);

    private final Parts parts;
    private final Recovered recovered;

    private final boolean replay;

    /// @param replay whether an empty server is to be fed the whole log
    Judge(Parts parts, Recovered recovered, boolean replay) {
        this.parts = parts;
        this.recovered = recovered;
        this.replay = replay;
    }

    Verdict verdict() throws IOException, InterruptedException {
        Gtid applied =
                recovered.last().end() instanceof RunRecord.Received(Gtid position)
                        ? position
                        : recovered.server().replica().gtidSlavePos();
        if (!parts.committed().contains(applied)) {
            return new Verdict.Unproved(
                    "its server is at '%s', which is not in the log, at '%s'"
                            .formatted(applied, parts.committed().last()));
        }
        return switch (recovered.last().end()) {
            case RunRecord.Never() -> empty(applied);
            case RunRecord.Received(Gtid position) -> fresh(position);
            case RunRecord.Clean(Gtid ignored) -> follower(applied);
            case RunRecord.Following() -> follower(applied);
            case RunRecord.Leading led -> leader(led, applied);
        };
    }

    /// A first data directory is a prefix of any log, but a copy of another node's data is sooner level.
    private Verdict empty(Gtid applied) throws IOException {
        long behind = parts.committed().last().seq() - applied.seq();
        return replay || behind <= parts.config().replay()
                ? fresh(applied)
                : new Verdict.Unproved(
                        "its data directory is new, and %d transactions behind".formatted(behind));
    }

    private Verdict fresh(Gtid applied) throws IOException {
        parts.gates().createMarks();
        return Verdict.Proved.at(applied);
    }

    private Verdict follower(Gtid applied) throws IOException {
        DdlMarks marks = parts.gates().marks();
        if (recovered.last().end() instanceof RunRecord.Clean && marks.openMark().isEmpty()) {
            return new Verdict.Proved(applied, marks.already());
        }
        return switch (Resolver.follower(followerCrash(marks, applied))) {
            case FollowerVerdict.Proved(Gtid position) ->
                    new Verdict.Proved(position, marks.already());
            case FollowerVerdict.GiveAgain(Gtid transaction) ->
                    new Verdict.Proved(
                            parts.committed().gtid(transaction.seq() - 1).orElse(applied),
                            marks.already());
            case FollowerVerdict.AlreadyDone(Gtid transaction) ->
                    new Verdict.Proved(transaction, marks.already().tailSet(transaction.seq() + 1));
            case FollowerVerdict.Rebuild(String reason) -> new Verdict.Unproved(reason);
        };
    }

    private FollowerCrash followerCrash(DdlMarks marks, Gtid applied) {
        try (Connection connection = recovered.server().admin()) {
            return new FollowerCrash(
                    marks.openMark(),
                    marks.last(),
                    applied,
                    SchemaDigest.compute(connection),
                    ServerState.xaPrepared(connection),
                    marks.openMark().flatMap(mark -> parts.peers().schemaAfter(mark.gtid().seq())),
                    !recovered.last().sameBoot());
        } catch (SQLException e) {
            throw new ServerTrouble("its schema cannot be read", e);
        }
    }

    private Verdict leader(RunRecord.Leading led, Gtid applied)
            throws IOException, InterruptedException {
        Optional<Era> era = parts.committed().eraOf(led.term());
        if (era.isEmpty()) {
            return new Verdict.Unproved(
                    "its server led term " + led.term() + ", which the log does not know");
        }
        Optional<Gtid> position = reigned(led) ? search(era.get()) : Optional.of(applied);
        if (position.isEmpty()) {
            return new Verdict.Unproved(
                    "its server ends at %s of term %d, where no transaction of the log ends"
                            .formatted(recovered.engineEnd(), led.term()));
        }
        Optional<ExecutedDdl.Reign> reign =
                parts.gates().lastReign().filter(last -> last.term() == led.term());
        return reign.isPresent()
                ? leader(reign.get(), era.get(), position.get())
                // It died before its tap was attached: it has written nothing.
                : Verdict.Proved.at(position.get());
    }

    /// Whether the data hold anything of the reign: InnoDB names the greatest binlog file, and a reign's is greater than
    /// all before it.
    private boolean reigned(RunRecord.Leading led) {
        BinlogPosition end = recovered.engineEnd();
        return end != null && number(end) >= led.firstBinlog();
    }

    private static long number(BinlogPosition position) {
        String file = position.file();
        return Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
    }

    private Optional<Gtid> search(Era era) {
        BinlogPosition end = recovered.engineEnd();
        try {
            return end == null
                    ? Optional.empty()
                    : new PositionSearch(parts.committed(), parts.raft()).endingAt(era, end);
        } catch (CompactedException e) {
            throw new ServerTrouble("it ended where the log no longer reaches back to", e);
        }
    }

    /// Asks the peers for digests as long as one of them decides.
    private Verdict leader(ExecutedDdl.Reign reign, Era era, Gtid position)
            throws IOException, InterruptedException {
        Map<Long, String> digests = new HashMap<>();
        LeaderCrash crash = leaderCrash(reign, era, position, digests);
        try {
            // Who has recorded the same knows better than what this node noted of itself.
            crash.settled()
                    .map(own -> own.gtid().seq())
                    .ifPresent(seq ->
                            parts.peers()
                                    .schemaAfter(seq)
                                    .ifPresent(told -> digests.put(seq, told)));
            return withDigests(crash.withDigests(digests), reign, position, digests);
        } finally {
            parts.front().asksPeers(false);
        }
    }

    private Verdict withDigests(
            LeaderCrash first, ExecutedDdl.Reign reign, Gtid position, Map<Long, String> digests)
            throws IOException, InterruptedException {
        LeaderCrash crash = first;
        Deadline deadline = Deadline.in(PEERS);
        boolean told = false;
        while (true) {
            switch (Resolver.formerLeader(crash)) {
                case LeaderVerdict.Proved proved -> {
                    return new Verdict.Proved(proved.position(), proved.skip());
                }
                case LeaderVerdict.Rebuild(String reason) -> {
                    return new Verdict.Unproved(reason);
                }
                case LeaderVerdict.NeedsDigest needs -> {
                    if (parts.members().size() == 1) {
                        return alone(reign, position);
                    }
                    if (!told) {
                        LOG.info(
                                "node {} asks the others which schema they had after {}, for at most {} s",
                                parts.self(),
                                needs.after(),
                                PEERS.toSeconds());
                        told = true;
                    }
                    digests.putAll(parts.peers().schemasAfter(needs.after()));
                    if (!digests.keySet().containsAll(needs.after())) {
                        if (deadline.over() || parts.signals().stopping()) {
                            return new Verdict.Unproved(
                                    "no other node tells the schema it had after " + needs.after());
                        }
                        parts.front().asksPeers(true);
                        Thread.sleep(AGAIN);
                    }
                    crash = crash.withDigests(digests);
                }
            }
        }
    }

    private LeaderCrash leaderCrash(
            ExecutedDdl.Reign reign, Era era, Gtid position, Map<Long, String> digests)
            throws IOException {
        try (Connection connection = recovered.server().admin()) {
            Schema now = SchemaDigest.read(connection);
            DdlMarks marks = parts.gates().marks();
            return new LeaderCrash(
                    reign,
                    position,
                    parts.committed().gatedIn(era),
                    now,
                    marks.schemaAt(reign.position().seq()),
                    marks.settled(),
                    digests);
        } catch (SQLException e) {
            throw new ServerTrouble("its schema cannot be read", e);
        }
    }

    /// Nobody else has a schema to compare with, and nobody to differ from.
    private Verdict alone(ExecutedDdl.Reign reign, Gtid position) {
        LOG.info("a fleet of one: DDL of its last reign is taken as its journal tells");
        return new Verdict.Proved(
                position, new TreeSet<>(reign.executed().tailMap(position.seq() + 1).keySet()));
    }
}
