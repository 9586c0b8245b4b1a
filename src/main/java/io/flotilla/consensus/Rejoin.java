package io.flotilla.consensus;

import com.alipay.sofa.jraft.core.NodeImpl;
import io.flotilla.consensus.journal.LogDirectory;
import io.flotilla.consensus.rpc.Acquaintances;
import io.flotilla.consensus.rpc.Vow;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a node whose whole directory was lost takes part again, under its old name, without a person (ADR 0012).
///
/// ```
/// empty log → ask the others ─ nobody knows another log of this node → new: nothing to do
///                    │ somebody does; enough have answered
///                    ▼
///      vow: floor = their greatest term, silent ──► be taken in by each ──► have what the leader had ──► silent no more
/// ```
///
/// INVARIANT: before anybody takes this node in, its vow is on the disk. Every term in which it may have voted for a
/// leader that came to be is known to one of those that have answered: a majority of all, not counting itself (all
/// others, in fleets too small for that), meets every majority it was part of.
final class Rejoin implements AutoCloseable {
    private static final byte ASK = 1;
    private static final byte TAKE_IN = 2;
    private static final byte LAST = 3;

    private static final Duration CALL = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Logger log = LoggerFactory.getLogger(Rejoin.class);

    /// Election timeouts after which nobody counts on a vote any more that this node gave before it lost its log.
    private static final int STALE_VOTES = 4;

    private final PeerNetwork network;
    private final ConsensusConfig config;
    private final LogDirectory directory;
    private final Acquaintances acquaintances;
    private final Vow vow;
    private final List<NodeId> others;
    private final Set<NodeId> tookIn = new HashSet<>();
    private volatile @Nullable Promise promise;

    /// Whether this node has nothing to have forgotten: its log is not empty, or nobody knows another one.
    private volatile boolean isNew;

    private @Nullable Target target;
    private @Nullable Thread thread;

    Rejoin(
            PeerNetwork network,
            ConsensusConfig config,
            LogDirectory directory,
            Acquaintances acquaintances,
            Vow vow)
            throws IOException {
        this.network = network;
        this.config = config;
        this.directory = directory;
        this.acquaintances = acquaintances;
        this.vow = vow;
        others =
                network.members().stream()
                        .map(Member::id)
                        .filter(id -> !id.equals(network.self()))
                        .toList();
        Optional<byte[]> kept = directory.vow();
        if (kept.isPresent()) {
            promise = Promise.decode(kept.get());
            vow.take(promise.floor(), promise.silent());
        }
    }

    /// What is on the disk.
    ///
    /// @param floor the greatest term in which this node may have voted
    /// @param silent whether it lacks entries it may have acknowledged
    /// @param introduced whether every other node has taken it in: from then on it never asks for that again
    private record Promise(long floor, boolean silent, boolean introduced) {
        byte[] encode() {
            return ByteBuffer.allocate(10)
                    .putLong(floor)
                    .put((byte) (silent ? 1 : 0))
                    .put((byte) (introduced ? 1 : 0))
                    .array();
        }

        static Promise decode(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Promise(in.getLong(), in.get() == 1, in.get() == 1);
        }
    }

    /// @param another whether it knows another log of the node that asks
    /// @param whole whether it has forgotten nothing itself; only such a node's term says anything of the past
    private record Answer(boolean another, boolean whole, long term) {}

    /// @param index the last entry of a leader, whether it is committed or not
    private record Target(long term, long index) {}

    /// Answers others from now on, and does what this node itself has to.
    void start(NodeImpl node) {
        Promise before = promise;
        boolean empty =
                directory.journal().lastIndex() == 0 && directory.journal().firstIndex() == 1;
        isNew = !empty;
        network.serve(ChannelType.REJOIN, channel -> answer(channel, node));
        boolean open = before == null ? empty : before.silent() || !before.introduced();
        if (open && !others.isEmpty()) {
            thread =
                    Thread.ofVirtual().name("raft-rejoin-" + network.self()).start(() -> run(node));
        }
    }

    private void run(NodeImpl node) {
        try {
            if (promise == null) {
                Thread.sleep(Durations.times(config.electionTimeout(), STALE_VOTES));
            }
            while (promise == null && !isNew()) {
                Thread.sleep(AGAIN);
            }
            while (promise != null && (promise.silent() || !promise.introduced())) {
                introduce();
                catchUp(node);
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException e) {
            log.debug("closing", e);
        } catch (IOException e) {
            log.error("this node cannot take part again", e);
        }
    }

    /// Asks everybody once; vows when somebody knows another log of this node and enough have answered.
    ///
    /// @return whether enough have answered and nobody does: this node is what it seems to be
    private boolean isNew() throws IOException {
        List<Answer> answers = others.stream().flatMap(other -> ask(other).stream()).toList();
        if (answers.stream().noneMatch(Answer::another)) {
            isNew = answers.size() >= enough();
            return isNew;
        }
        List<Answer> whole = answers.stream().filter(Answer::whole).toList();
        if (whole.size() < enough()) {
            log.warn(
                    "node {} has lost its log; it takes part again when {} others that have lost nothing have answered, {} have",
                    network.self(),
                    enough(),
                    whole.size());
            return false;
        }
        long floor =
                whole.stream().mapToLong(Answer::term).reduce(directory.vote().term(), Math::max);
        log.warn(
                "node {} has lost its log: it neither votes nor stands until it has caught up, and never votes in a term up to {}",
                network.self(),
                floor);
        promise(new Promise(floor, true, false));
        return false;
    }

    /// A majority of all nodes among the others, or all of them where there is none.
    private int enough() {
        return Math.min(others.size(), network.members().size() / 2 + 1);
    }

    private void promise(Promise next) throws IOException {
        directory.saveVow(next.encode());
        promise = next;
        vow.take(next.floor(), next.silent());
    }

    private Optional<Answer> ask(NodeId other) {
        return call(
                other,
                ASK,
                in -> {
                    boolean another = in.readBoolean();
                    boolean whole = in.readBoolean();
                    return new Answer(another, whole, in.readLong());
                });
    }

    private void introduce() throws IOException {
        Promise now = promise;
        if (now == null || now.introduced()) {
            return;
        }
        for (NodeId other : others) {
            if (!tookIn.contains(other)
                    && call(other, TAKE_IN, in -> in.readBoolean()).isPresent()) {
                tookIn.add(other);
            }
        }
        if (tookIn.size() == others.size()) {
            promise(new Promise(now.floor(), now.silent(), true));
        }
    }

    /// What this node may have acknowledged is in the log of a leader of a term that is not before the floor, committed or
    /// not. When this node has applied as much in that very term, it has it all.
    private void catchUp(NodeImpl node) throws IOException {
        Promise now = promise;
        if (now == null || !now.silent()) {
            return;
        }
        long term = directory.vote().term();
        Target aim = target;
        if (aim == null || aim.term() != term) {
            target =
                    others.stream()
                            .flatMap(other -> last(other).stream())
                            .filter(found -> found.term() >= now.floor())
                            .findFirst()
                            .orElse(null);
            return;
        }
        if (node.getLastAppliedLogIndex() >= aim.index() && directory.vote().term() == aim.term()) {
            promise(new Promise(now.floor(), false, now.introduced()));
            log.info("node {} has caught up and votes again", network.self());
        }
    }

    private Optional<Target> last(NodeId other) {
        return call(
                        other,
                        LAST,
                        in -> {
                            boolean leads = in.readBoolean();
                            long term = in.readLong();
                            long index = in.readLong();
                            return leads
                                    ? Optional.of(new Target(term, index))
                                    : Optional.<Target>empty();
                        })
                .flatMap(found -> found);
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private <T> Optional<T> call(NodeId other, byte question, Reading<T> reading) {
        try (Channel channel = network.open(other, ChannelType.REJOIN, CALL)) {
            channel.readTimeout(CALL);
            DataOutputStream out = new DataOutputStream(channel.out());
            out.writeByte(question);
            out.flush();
            return Optional.of(reading.from(new DataInputStream(channel.in())));
        } catch (IOException e) {
            log.debug("node {} does not answer", other, e);
            return Optional.empty();
        }
    }

    private boolean whole() {
        Promise now = promise;
        return now == null ? isNew : !now.silent();
    }

    private void answer(Channel channel, NodeImpl node) throws IOException {
        channel.readTimeout(CALL);
        byte question = new DataInputStream(channel.in()).readByte();
        DataOutputStream out = new DataOutputStream(channel.out());
        switch (question) {
            case ASK -> {
                out.writeBoolean(
                        acquaintances.knowsAnother(channel.remote(), channel.remoteIncarnation()));
                out.writeBoolean(whole());
                out.writeLong(directory.vote().term());
            }
            case TAKE_IN -> {
                acquaintances.takeIn(channel.remote(), channel.remoteIncarnation());
                log.warn("node {} has lost its log, and is taken in again", channel.remote());
                out.writeBoolean(true);
            }
            case LAST -> {
                long term = directory.vote().term();
                long index = NodeInsides.logManager(node).getLastLogIndex();
                out.writeBoolean(node.isLeader(true) && directory.vote().term() == term);
                out.writeLong(term);
                out.writeLong(index);
            }
            default -> throw new IOException("the unknown question " + question);
        }
        out.flush();
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
