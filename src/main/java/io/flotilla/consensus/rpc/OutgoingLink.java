package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.google.protobuf.Message;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerRefusedException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection on which this node sends requests to one other, kept open for as long as the node lives.
///
/// One thread connects and writes, one reads the answers. There is one connection at a time: all calls of a broken one
/// have failed before its successor takes any, so that requests stay in order.
final class OutgoingLink {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingLink.class);

    /// Pauses between attempts to connect: from short, since a restarted peer should be found at once, to what costs
    /// nothing.
    private static final long FIRST_PAUSE_MILLIS = 10;

    private static final long LAST_PAUSE_MILLIS = 200;

    /// After a node said no: it will not soon change its mind.
    private static final long REFUSED_PAUSE_MILLIS = 2_000;

    private static final int READ_BUFFER = 128 << 10;

    private final PeerNetwork network;
    private final NodeId to;
    private final TransportConfig config;
    private final Acquaintances acquaintances;
    private final ScheduledExecutorService alarms;
    private final Progress progress = new Progress();
    private final AtomicLong calls = new AtomicLong();
    private final Thread thread;
    private volatile @Nullable Connection current;
    private volatile boolean closed;
    private boolean reported;

    OutgoingLink(
            PeerNetwork network,
            NodeId to,
            TransportConfig config,
            Acquaintances acquaintances,
            ScheduledExecutorService alarms) {
        this.network = network;
        this.to = to;
        this.config = config;
        this.acquaintances = acquaintances;
        this.alarms = alarms;
        this.thread =
                Thread.ofPlatform()
                        .name("raft-out-" + network.self() + "-" + to)
                        .daemon(true)
                        .unstarted(this::keepConnected);
    }

    void start() {
        thread.start();
    }

    Progress progress() {
        return progress;
    }

    /// Sends a request; the call ends in any case, never on this thread. Never blocks.
    void send(Call call) {
        Connection connection = current;
        if (connection == null) {
            call.failed("no connection to node " + to);
        } else {
            connection.send(call);
        }
    }

    void close() {
        closed = true;
        Connection connection = current;
        if (connection != null) {
            connection.outbox.close(true);
        } else {
            thread.interrupt();
        }
    }

    private static long pause(IOException failure, long before) {
        if (failure instanceof PeerRefusedException refusal && !refusal.soon()) {
            return REFUSED_PAUSE_MILLIS;
        }
        return Math.min(2 * before, LAST_PAUSE_MILLIS);
    }

    private static boolean slept(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void keepConnected() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!closed) {
            try {
                connectAndServe();
                pause = FIRST_PAUSE_MILLIS;
                Thread.sleep(pause);
            } catch (IOException e) {
                report(e);
                pause = pause(e, pause);
                if (!slept(pause)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // Without this thread nothing would ever be sent to that node again.
                LOG.error("node {}: the link to node {} failed", network.self(), to, e);
                pause = LAST_PAUSE_MILLIS;
                if (!slept(pause)) {
                    return;
                }
            }
        }
    }

    /// Returns when an established connection ended; throws when none could be established.
    private void connectAndServe() throws IOException, InterruptedException {
        try (Channel channel = network.open(to, ChannelType.RAFT, config.connectTimeout())) {
            acquaintances.meet(to, channel.remoteIncarnation());
            reported = false;
            LOG.info("node {} is connected to node {}", network.self(), to);
            Connection connection = new Connection(channel);
            current = connection;
            connection.serve();
        }
    }

    private void report(IOException e) {
        if (reported || (e instanceof PeerRefusedException refusal && refusal.soon())) {
            LOG.debug("node {} cannot reach node {}: {}", network.self(), to, e.toString());
        } else {
            LOG.warn(
                    "node {} cannot reach node {}, and goes on trying: {}",
                    network.self(),
                    to,
                    e.toString());
            reported = true;
        }
    }

    private final class Connection {
        private final Channel channel;
        private final Outbox outbox;
        private final WaitingCalls waiting = new WaitingCalls(alarms, this::timedOut);

        /// Requests handed to the outbox, less the answers that came, in time or too late.
        private final AtomicInteger unanswered = new AtomicInteger();

        private volatile boolean ended;
        private volatile long heardNanos = System.nanoTime();

        Connection(Channel channel) throws IOException {
            this.channel = channel;
            this.outbox = new Outbox(channel.out());
        }

        void serve() throws InterruptedException {
            Thread reader =
                    Thread.ofPlatform()
                            .name("raft-answers-" + network.self() + "-" + to)
                            .daemon(true)
                            .start(this::readAnswers);
            try {
                outbox.write();
                end("closed");
            } catch (IOException e) {
                end(e.toString());
            } finally {
                end("the writer ended");
                reader.join();
            }
        }

        void send(Call call) {
            long id = calls.incrementAndGet();
            waiting.add(id, call);
            Frame frame = new Frame(MessageKind.of(call.request()), id, call.request());
            if (!hand(frame)) {
                unanswered.decrementAndGet();
                fail(id);
            } else if (ended) {
                fail(id);
            }
        }

        /// INVARIANT: the caller may hold the library's locks, so that it writes a frame itself only when everything sent
        /// before was answered, and so read: then it is not held up.
        private boolean hand(Frame frame) {
            return unanswered.getAndIncrement() == 0 ? outbox.send(frame) : outbox.offer(frame);
        }

        private void fail(long id) {
            Call call = waiting.remove(id);
            if (call != null) {
                call.failed(
                        ended
                                ? "the connection to node " + to + " broke"
                                : "too much waits for node " + to);
            }
        }

        /// Told when calls were given up.
        private void timedOut() {
            if (System.nanoTime() - heardNanos > config.silenceLimit().toNanos()) {
                // After a black hole TCP repeats itself ever more slowly; a new connection is there
                // at once.
                end("nothing was heard for " + config.silenceLimit());
            }
        }

        private void readAnswers() {
            try {
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(channel.in(), READ_BUFFER));
                while (!ended) {
                    Frame frame = Frame.read(in);
                    heardNanos = System.nanoTime();
                    unanswered.decrementAndGet();
                    answer(frame);
                }
            } catch (IOException e) {
                end(e.toString());
            } finally {
                end("the reader ended");
            }
        }

        private void answer(Frame frame) {
            Call call = waiting.remove(frame.call());
            if (call == null) {
                LOG.debug("an answer of node {} came too late", to);
                return;
            }
            Message answer = frame.message();
            if (call.request() instanceof AppendEntriesRequest request
                    && answer instanceof AppendEntriesResponse response) {
                progress.answered(request, response, call.startNanos());
            }
            call.answered(answer);
        }

        /// First reason wins. All calls under way fail here, at once.
        private void end(String reason) {
            synchronized (this) {
                if (ended) {
                    return;
                }
                ended = true;
            }
            if (current == this) {
                current = null;
            }
            LOG.info("node {}: the connection to node {} ended: {}", network.self(), to, reason);
            outbox.close(false);
            channel.close();
            waiting.failAll("the connection to node " + to + " broke: " + reason);
        }
    }
}
