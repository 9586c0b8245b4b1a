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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection another node opened: its requests come in, our answers go out. One thread reads, one writes; but an append is
/// answered by who has the answer, which wakes nobody: the reader for a heartbeat, the log's disk thread for an entry.
final class IncomingLink implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingLink.class);
    private static final int READ_BUFFER = 128 << 10;

    private final NodeId self;
    private final Channel channel;
    private final Outbox outbox;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final CountDownLatch gone = new CountDownLatch(1);

    IncomingLink(NodeId self, Channel channel) throws IOException {
        this.self = self;
        this.channel = channel;
        this.outbox = new Outbox(channel.out());
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
            outbox.write();
        } catch (IOException e) {
            LOG.debug("node {}: answering node {}: {}", self, from(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /// Sends the answer to request `call`, if the connection is still there. Never blocks.
    void reply(long call, Message answer) {
        check(outbox.offer(new Frame(MessageKind.of(answer), call, answer)));
    }

    /// The same by this thread, if nothing else is being written. Answers to appends are far smaller than what a connection
    /// holds, and the leader sends only so many before it reads them, so that this does not block either.
    void replyHere(long call, Message answer) {
        check(outbox.send(new Frame(MessageKind.of(answer), call, answer)));
    }

    private void check(boolean taken) {
        if (!taken) {
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
