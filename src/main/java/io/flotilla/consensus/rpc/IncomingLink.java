package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.rpc.Connection;
import com.google.protobuf.Message;
import io.flotilla.peer.Channel;
import io.flotilla.peer.NodeId;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection another node opened: its requests come in, our answers go out. One thread reads, one writes.
final class IncomingLink implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingLink.class);
    private static final int READ_BUFFER = 128 << 10;

    private final NodeId self;
    private final Channel channel;
    private final Outbox outbox = new Outbox();
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final CountDownLatch gone = new CountDownLatch(1);

    /// Appends that were handed to another thread, which has not ended with them.
    private int handed;

    IncomingLink(NodeId self, Channel channel) {
        this.self = self;
        this.channel = channel;
    }

    NodeId from() {
        return channel.remote();
    }

    /// Reads and dispatches requests until the connection ends.
    void serve(RequestDesk desk) throws InterruptedException {
        Thread writer = thread("raft-replies-", this::writeReplies);
        Thread reader = thread("raft-in-", () -> readRequests(desk));
        reader.join();
        writer.join();
    }

    private Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().name(name + self + "-" + from()).daemon(true).start(work);
    }

    private void readRequests(RequestDesk desk) {
        try {
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(channel.in(), READ_BUFFER));
            while (true) {
                Frame frame = Frame.read(in);
                if (!frame.kind().request()) {
                    throw new ProtocolException("a " + frame.kind() + " where requests come in");
                }
                desk.take(this, frame);
            }
        } catch (IOException e) {
            LOG.info("node {}: the connection from node {} ended: {}", self, from(), e.toString());
        } finally {
            close();
        }
    }

    private void writeReplies() {
        try {
            outbox.writeTo(channel.out());
        } catch (IOException e) {
            LOG.debug("node {}: answering node {}: {}", self, from(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /// Leaves an append to `executor`, behind those before it.
    void hand(Executor executor, Runnable append) {
        count(1);
        boolean taken = false;
        try {
            executor.execute(() -> {
                try {
                    append.run();
                } finally {
                    count(-1);
                }
            });
            taken = true;
        } finally {
            if (!taken) {
                count(-1);
            }
        }
    }

    private synchronized void count(int more) {
        handed += more;
        if (handed == 0) {
            notifyAll();
        }
    }

    /// Waits until no append is left; for who has seen the reader's end.
    synchronized void awaitCaughtUp() {
        boolean interrupted = false;
        while (handed > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends the answer to request `call`, if the connection is still there. Never blocks.
    void reply(long call, Message answer) {
        if (!outbox.offer(new Frame(MessageKind.of(answer), call, answer))) {
            LOG.debug("node {}: no connection to answer node {} on", self, from());
        }
    }

    @Override
    public void close() {
        outbox.close(false);
        channel.close();
    }

    /// Said when everybody has been told that this connection ended.
    void announced() {
        gone.countDown();
    }

    boolean awaitAnnounced(long millis) throws InterruptedException {
        return gone.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public @Nullable Object getAttribute(String key) {
        return attributes.get(key);
    }

    @Override
    public void setAttribute(String key, Object value) {
        attributes.put(key, value);
    }

    @Override
    public @Nullable Object setAttributeIfAbsent(String key, Object value) {
        return attributes.putIfAbsent(key, value);
    }

    @Override
    public String toString() {
        return "connection from node " + from();
    }
}
