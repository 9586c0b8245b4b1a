package io.flotilla.http;

import io.flotilla.failure.Asker;
import io.flotilla.failure.FlotillaException;
import io.flotilla.http.ForwardLink.Pipe;
import io.flotilla.replication.Replica;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes in the requests that other nodes carry here, as long as this node leads.
final class ForwardServer implements ForwardLink.Server {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardServer.class);

    /// How long after READY the request may take to arrive.
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(30);

    private static final Duration GLANCE = Duration.ofMillis(1);

    /// Headers that the asking node sets by itself.
    private static final Set<String> OWN =
            Set.of(
                    "flotilla-node",
                    "flotilla-leader",
                    "access-control-allow-origin",
                    "access-control-expose-headers",
                    "cache-control",
                    "x-content-type-options");

    private final Front front;
    private final Replica replica;
    private final HttpLimits limits;
    private final BodyBudget budget;
    private final AskerWatch askers;

    ForwardServer(
            Front front, Replica replica, HttpLimits limits, BodyBudget budget, AskerWatch askers) {
        this.front = front;
        this.replica = replica;
        this.limits = limits;
        this.budget = budget;
        this.askers = askers;
    }

    @Override
    public void serve(Pipe pipe) throws IOException {
        while (true) {
            pipe.readTimeout(Duration.ZERO);
            Frame ask;
            try {
                ask = Frame.receive(pipe.in(), 0);
            } catch (EOFException e) {
                LOG.trace("node {} needs this pipe no more", pipe.remote(), e);
                return;
            }
            if (ask.kind() != Frame.Kind.ASK) {
                throw new IOException("unexpected " + ask.kind());
            }
            if (replica.reign().isPresent()) {
                Frame.bare(Frame.Kind.READY).send(pipe.out());
                request(pipe);
            } else {
                Frame.bare(Frame.Kind.NOT_LEADING).send(pipe.out());
            }
        }
    }

    private void request(Pipe pipe) throws IOException {
        pipe.readTimeout(REQUEST_PATIENCE);
        Frame frame = Frame.receive(pipe.in(), Frame.maxLength(limits));
        if (frame.kind() != Frame.Kind.REQUEST) {
            throw new IOException("unexpected " + frame.kind());
        }
        AtomicLong taken = new AtomicLong();
        FrameWire wire = new FrameWire(pipe);
        Response response = new Response(wire, front::decorate);
        try {
            take(frame.content().length, taken);
        } catch (FlotillaException e) {
            FailureBody.send(e, response);
            return;
        }
        Asker asker = Asker.watched(failure -> tell(failure, response, pipe));
        try (AskerWatch.Watched _ = askers.watch(asker, () -> broken(pipe))) {
            front.serve(frame.asRequest(asker, bytes -> take(bytes, taken)), response);
        } catch (NotHereException e) {
            LOG.debug("a carried request goes back: {}", e.getMessage());
            Frame.bare(Frame.Kind.NOT_LEADING).send(pipe.out());
        } finally {
            budget.giveBack(taken.get());
        }
        wire.refuseAfterTrouble();
    }

    /// The pipe takes no other request before the thread that is held up comes back: it is closed behind the answer.
    private static void tell(FlotillaException failure, Response response, Pipe pipe) {
        Front.tell(failure, response);
        pipe.close();
    }

    private void take(long bytes, AtomicLong taken) {
        budget.take(bytes);
        taken.addAndGet(bytes);
    }

    /// Nothing comes over a pipe before its request was answered, but its end.
    static boolean broken(Pipe pipe) {
        try {
            pipe.readTimeout(GLANCE);
            pipe.in().read();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// Sends an answer back in frames.
    private static final class FrameWire implements Wire {
        private final Pipe pipe;
        private boolean trouble;

        FrameWire(Pipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public void start(int status, List<Headers.Field> headers, ByteBuffer part, boolean last)
                throws IOException {
            List<Headers.Field> carried =
                    headers.stream()
                            .filter(field -> !OWN.contains(field.name().toLowerCase(Locale.ROOT)))
                            .toList();
            List<Frame> frames = new ArrayList<>();
            frames.add(Frame.head(status, carried));
            send(frames, part, last);
        }

        @Override
        public void more(ByteBuffer part, boolean last) throws IOException {
            send(new ArrayList<>(), part, last);
        }

        private void send(List<Frame> frames, ByteBuffer part, boolean last) throws IOException {
            if (part.hasRemaining()) {
                int from = part.arrayOffset() + part.position();
                byte[] bytes = Arrays.copyOfRange(part.array(), from, from + part.remaining());
                frames.add(new Frame(Frame.Kind.CHUNK, bytes));
            }
            if (last) {
                frames.add(Frame.bare(Frame.Kind.END));
            }
            Frame.send(frames, pipe.out());
        }

        @Override
        public void abort(Throwable why) {
            trouble = true;
            LOG.debug("a carried request's answer is broken off", why);
        }

        /// Closing the pipe tells the other side that the answer is not whole.
        void refuseAfterTrouble() throws IOException {
            if (trouble) {
                throw new IOException("a carried request's answer was broken off");
            }
        }
    }
}
