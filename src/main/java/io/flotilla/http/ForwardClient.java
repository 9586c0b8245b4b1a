package io.flotilla.http;

import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.http.ForwardLink.Pipe;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests to the leader and its answers to the client. Thread-safe.
final class ForwardClient implements Forwarding, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardClient.class);

    /// How long a node may take to say whether it leads; one that does not answer is frozen or cut off.
    private static final Duration ASK_PATIENCE = Duration.ofSeconds(1);

    /// How long after the deadline the leader's answer is waited for: it knows better what became of the request.
    private static final Duration ANSWER_GRACE = Duration.ofMillis(750);

    /// How long the answer of a node is waited for when another one leads.
    private static final Duration DEPOSED_PATIENCE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(250);

    /// How long an answer that streams may pause.
    private static final Duration CHUNK_PATIENCE = Duration.ofSeconds(60);

    /// Unused pipes older than this are not trusted.
    private static final Duration MAX_IDLE = Duration.ofSeconds(60);

    private static final List<String> CARRIED =
            List.of(
                    "content-type",
                    "accept",
                    "authorization",
                    "idempotency-key",
                    "flotilla-min-gtid");

    private final ForwardLink link;
    private final HttpLimits limits;
    private final Supplier<Optional<NodeId>> leader;
    private final Map<Pipe, Waiting> waiting = new ConcurrentHashMap<>();
    private final Lookout lookout =
            new Lookout("forward-watch", LOOK, waiting::isEmpty, this::watch);
    private final Map<NodeId, Deque<Idle>> idle = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean closed;

    /// @param leader who leads, as far as this node knows
    ForwardClient(ForwardLink link, HttpLimits limits, Supplier<Optional<NodeId>> leader) {
        this.link = link;
        this.limits = limits;
        this.leader = leader;
        lookout.start();
    }

    /// An answer that is waited for.
    ///
    /// @param deposed since when another node leads, in [System#nanoTime]; 0 while none does
    private record Waiting(NodeId at, long deposed) {}

    /// Gives up the answers of nodes that were leaders, once another one has led for a while: a frozen one would hold its
    /// clients until their deadlines. An answer that was on its way when the lead changed has long come then.
    private void watch() {
        Optional<NodeId> leads = leader.get();
        if (leads.isPresent()) {
            long now = System.nanoTime();
            waiting.forEach((pipe, what) -> look(pipe, what, leads.get(), now));
        }
    }

    private void look(Pipe pipe, Waiting what, NodeId leads, long now) {
        if (what.at().equals(leads)) {
            waiting.replace(pipe, what, new Waiting(what.at(), 0));
        } else if (what.deposed() == 0) {
            waiting.replace(pipe, what, new Waiting(what.at(), Math.max(1, now)));
        } else if (now - what.deposed() > DEPOSED_PATIENCE.toNanos()) {
            LOG.info(
                    "node {} leads, and node {} has not answered a carried request: it is given up",
                    leads,
                    what.at());
            pipe.close();
        }
    }

    @Override
    public boolean send(Member leader, Request request, Response response)
            throws IOException, InterruptedException {
        byte[] body = request.method().equals("POST") ? request.body() : new byte[0];
        Optional<Pipe> ready = ready(leader.id(), request.deadline());
        if (ready.isEmpty()) {
            refused.incrementAndGet();
            return false;
        }
        Pipe pipe = ready.get();
        boolean reusable = false;
        try (Asker.Ending _ = request.deadline().asker().whenGone(pipe::close)) {
            Frame first = exchange(pipe, request, body);
            sent.incrementAndGet();
            if (first.kind() == Frame.Kind.NOT_LEADING) {
                reusable = true;
                refused.incrementAndGet();
                return false;
            }
            reusable = relay(pipe, first, response);
            return true;
        } catch (LostException e) {
            if (request.deadline().asker().gone()) {
                throw new FlotillaException(
                        Failure.UNKNOWN, "nobody waits for the answer any more", e);
            }
            lost.incrementAndGet();
            afterLoss(leader, e, response);
            return true;
        } finally {
            giveBack(pipe, reusable);
        }
    }

    /// A pipe whose other end has just said that it leads.
    private Optional<Pipe> ready(NodeId to, Deadline deadline) {
        while (!deadline.over()) {
            Pipe known = takeIdle(to);
            Pipe pipe = known;
            try {
                if (pipe == null) {
                    pipe = link.open(to, shorter(deadline));
                }
                pipe.readTimeout(atLeastOneMillisecond(shorter(deadline)));
                Frame.ask().send(pipe.out());
                if (Frame.receive(pipe.in(), 0).kind() == Frame.Kind.READY) {
                    return Optional.of(pipe);
                }
                giveBack(pipe, true);
                return Optional.empty();
            } catch (IOException e) {
                LOG.debug("node {} could not be asked whether it leads", to, e);
                if (pipe != null) {
                    pipe.close();
                }
                if (known == null) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Duration shorter(Deadline deadline) {
        Duration left = deadline.left();
        return left.compareTo(ASK_PATIENCE) < 0 ? atLeastOneMillisecond(left) : ASK_PATIENCE;
    }

    /// Zero would mean for ever.
    private static Duration atLeastOneMillisecond(Duration duration) {
        return duration.toMillis() > 0 ? duration : Duration.ofMillis(1);
    }

    private Frame exchange(Pipe pipe, Request request, byte[] body) throws LostException {
        try {
            waiting.put(pipe, new Waiting(pipe.remote(), 0));
            lookout.news();
            Frame.request(request, request.headers().only(CARRIED), body).send(pipe.out());
            pipe.readTimeout(atLeastOneMillisecond(request.deadline().left().plus(ANSWER_GRACE)));
            Frame first = Frame.receive(pipe.in(), Frame.maxLength(limits));
            if (first.kind() != Frame.Kind.HEAD && first.kind() != Frame.Kind.NOT_LEADING) {
                throw new IOException("unexpected " + first.kind());
            }
            return first;
        } catch (IOException e) {
            throw new LostException(e);
        } finally {
            waiting.remove(pipe);
        }
    }

    /// @return whether the pipe can be used again
    private boolean relay(Pipe pipe, Frame first, Response response)
            throws IOException, LostException {
        Frame.AnswerHead head = head(first);
        String type = Response.JSON;
        for (Headers.Field field : head.headers().fields()) {
            if (field.name().equalsIgnoreCase("content-type")) {
                type = field.value();
            } else {
                response.header(field.name(), field.value());
            }
        }
        OutputStream out = response.stream(head.status(), type);
        try {
            pipe.readTimeout(CHUNK_PATIENCE);
        } catch (IOException e) {
            throw new LostException(e);
        }
        while (true) {
            Frame frame = next(pipe);
            switch (frame.kind()) {
                case CHUNK -> out.write(frame.content());
                case END -> {
                    out.close();
                    return true;
                }
                default -> throw new LostException(new IOException("the answer was broken off"));
            }
        }
    }

    private static Frame.AnswerHead head(Frame first) throws LostException {
        try {
            return first.asHead();
        } catch (IOException e) {
            throw new LostException(e);
        }
    }

    private Frame next(Pipe pipe) throws LostException {
        try {
            return Frame.receive(pipe.in(), Frame.maxLength(limits));
        } catch (IOException e) {
            throw new LostException(e);
        }
    }

    /// It is not sent to the next leader, not even a read: it may be what this one died of.
    private static void afterLoss(Member leader, LostException loss, Response response) {
        LOG.info(
                "the answer of node {} to a carried request was lost: {}",
                leader.id(),
                loss.getMessage());
        if (response.started()) {
            response.abort(loss);
            return;
        }
        throw new FlotillaException(
                Failure.UNKNOWN,
                "the leader, node " + leader.id() + ", was lost while it had the request",
                loss);
    }

    private @Nullable Pipe takeIdle(NodeId to) {
        Deque<Idle> pipes = idle.computeIfAbsent(to, id -> new ArrayDeque<>());
        synchronized (pipes) {
            while (true) {
                Idle next = pipes.pollFirst();
                if (next == null) {
                    return null;
                }
                if (System.nanoTime() - next.since() < MAX_IDLE.toNanos()) {
                    return next.pipe();
                }
                next.pipe().close();
            }
        }
    }

    private void giveBack(Pipe pipe, boolean reusable) {
        if (reusable && !closed) {
            Deque<Idle> pipes = idle.computeIfAbsent(pipe.remote(), id -> new ArrayDeque<>());
            synchronized (pipes) {
                if (pipes.size() < limits.idleChannels()) {
                    pipes.addFirst(new Idle(pipe, System.nanoTime()));
                    return;
                }
            }
        }
        pipe.close();
    }

    /// Requests that a leader took.
    long sent() {
        return sent.get();
    }

    /// Times a node could not be reached or did not lead.
    long refused() {
        return refused.get();
    }

    /// Requests whose answers were lost.
    long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        closed = true;
        lookout.close();
        for (Deque<Idle> pipes : idle.values()) {
            synchronized (pipes) {
                pipes.forEach(unused -> unused.pipe().close());
                pipes.clear();
            }
        }
    }

    private record Idle(Pipe pipe, long since) {}

    /// The request was sent, and its answer did not come, or not whole.
    private static final class LostException extends Exception {
        private static final long serialVersionUID = 1L;

        LostException(IOException cause) {
            super(cause.toString(), cause);
        }
    }
}
