package io.flotilla.replication;

import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The question who shall lead next: could your server lead now, and what has it applied?
///
/// Raft knows who has the log; whether that node's server is proved and near the log's end it does not. A lead that is
/// given to a node whose server is starting is one without writes.
///
/// A question is one byte, answered by `ready u1 | role, modified UTF-8 | applied u8 | full u1 | statement's milliseconds u8 (-1: none) | statement, modified UTF-8`; a channel may carry any number of them.
final class PeerStandings {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStandings.class);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /// How long an asker may be silent before its channel is given up.
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /// How long the local server may take to tell its position; it answers in a fraction of a millisecond unless it hangs.
    private static final Duration GLANCE = Duration.ofMillis(20);

    private static final int QUESTION = 1;

    private static final Executor ASKING =
            work -> Thread.ofVirtual().name("ask-standing").start(work);

    private final PeerNetwork network;
    private final AtomicBoolean looking = new AtomicBoolean();

    PeerStandings(PeerNetwork network) {
        this.network = network;
    }

    /// @param ready whether its server is proved and follows, so that it can be promoted at once, and its disk neither
    ///     hangs nor is full
    /// @param role what that node is doing
    /// @param applied the last seq its server is known to show
    /// @param full whether its disk has too little room to take more writes
    /// @param occupation what its server, which follows, is busy with, if it is one statement
    record Answer(
            NodeId node,
            boolean ready,
            Standing.Role role,
            long applied,
            boolean full,
            Optional<Occupation> occupation) {}

    /// Answers others from now on.
    ///
    /// @param look brings the position that `front` knows up to date; may hang when the server does
    /// @param disk whether this node's disk is fit for a leader
    /// @param full whether it has too little room
    void serve(Front front, Runnable look, BooleanSupplier disk, BooleanSupplier full) {
        network.serve(
                ChannelType.STANDING,
                channel -> {
                    try (channel) {
                        channel.readTimeout(SILENCE);
                        DataOutputStream out =
                                new DataOutputStream(new BufferedOutputStream(channel.out()));
                        while (channel.in().read() == QUESTION) {
                            look(look);
                            Standing.Role role = front.standing();
                            out.writeBoolean(
                                    role == Standing.Role.FOLLOWING && disk.getAsBoolean());
                            out.writeUTF(role.name());
                            out.writeLong(front.applied());
                            out.writeBoolean(full.getAsBoolean());
                            Optional<Occupation> now = front.occupation();
                            out.writeLong(now.map(busy -> busy.lasted().toMillis()).orElse(-1L));
                            out.writeUTF(now.map(Occupation::statement).orElse(""));
                            out.flush();
                        }
                    } catch (SocketTimeoutException e) {
                        LOG.debug("node {} asks no more", channel.remote());
                    }
                });
    }

    /// INVARIANT: a server that hangs holds no answer up; what was known before is told.
    private void look(Runnable look) {
        if (looking.compareAndSet(false, true)) {
            CompletableFuture<Void> looked =
                    CompletableFuture.runAsync(look, ASKING)
                            .whenComplete((done, failure) -> looking.set(false));
            try {
                looked.get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("this node's server does not tell its position", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Asks the others again and again, each over one channel.
    Conversation converse() {
        return new Conversation();
    }

    /// Used by one thread.
    final class Conversation implements AutoCloseable {
        /// Kept by those who ask, each on a thread of its own.
        private final Map<NodeId, Channel> channels = new ConcurrentHashMap<>();

        private final Map<NodeId, Answer> known = new HashMap<>();

        /// What each of the others says now. One whose node answers nothing is left out.
        Map<NodeId, Answer> ask() {
            Map<NodeId, CompletableFuture<Optional<Answer>>> asked = new TreeMap<>();
            for (Member member : network.members()) {
                NodeId node = member.id();
                if (!node.equals(network.self())) {
                    @Nullable Channel open = channels.remove(node);
                    asked.put(node, CompletableFuture.supplyAsync(() -> ask(node, open), ASKING));
                }
            }
            known.clear();
            asked.forEach((node, answer) -> answer.join().ifPresent(told -> known.put(node, told)));
            return known();
        }

        Map<NodeId, Answer> known() {
            return Map.copyOf(known);
        }

        private Optional<Answer> ask(NodeId node, @Nullable Channel before) {
            @Nullable Channel channel = before;
            try {
                if (channel == null) {
                    channel = network.open(node, ChannelType.STANDING, PATIENCE);
                }
                Answer answer = PeerStandings.ask(channel);
                channels.put(node, channel);
                return Optional.of(answer);
            } catch (IOException e) {
                LOG.debug("node {} does not tell how it stands", node, e);
                if (channel != null) {
                    channel.close();
                }
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            channels.values().forEach(Channel::close);
        }
    }

    /// Whether that node's server can be promoted at once.
    boolean isReady(NodeId node) {
        return ask(node).filter(Answer::ready).isPresent();
    }

    /// Of the other nodes whose servers can be promoted at once the one that has applied most; empty when there is none.
    Optional<NodeId> readiest() {
        return readiest(0);
    }

    /// The same, of those that have applied at least so much.
    Optional<NodeId> readiest(long applied) {
        return answers().stream()
                .filter(answer -> answer.ready() && answer.applied() >= applied)
                .max(Comparator.comparingLong(Answer::applied))
                .map(Answer::node);
    }

    /// What each of the others says now; one that does not answer is left out.
    List<Answer> answers() {
        List<CompletableFuture<Optional<Answer>>> asked =
                network.members().stream()
                        .map(Member::id)
                        .filter(node -> !node.equals(network.self()))
                        .map(node -> CompletableFuture.supplyAsync(() -> ask(node), ASKING))
                        .toList();
        return asked.stream().flatMap(answer -> answer.join().stream()).toList();
    }

    private Optional<Answer> ask(NodeId node) {
        try (Channel channel = network.open(node, ChannelType.STANDING, PATIENCE)) {
            return Optional.of(ask(channel));
        } catch (IOException e) {
            LOG.debug("node {} does not tell how it stands", node, e);
            return Optional.empty();
        }
    }

    private static Answer ask(Channel channel) throws IOException {
        channel.readTimeout(PATIENCE);
        channel.out().write(QUESTION);
        return answer(channel.remote(), new DataInputStream(channel.in()));
    }

    static Answer answer(NodeId node, DataInputStream in) throws IOException {
        boolean ready = in.readBoolean();
        Standing.Role role = role(in.readUTF());
        long applied = in.readLong();
        boolean full = in.readBoolean();
        long millis = in.readLong();
        String statement = in.readUTF();
        return new Answer(
                node,
                ready,
                role,
                applied,
                full,
                millis < 0
                        ? Optional.empty()
                        : Optional.of(new Occupation(statement, Duration.ofMillis(millis))));
    }

    private static Standing.Role role(String name) throws IOException {
        try {
            return Standing.Role.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("there is no role " + name, e);
        }
    }
}
