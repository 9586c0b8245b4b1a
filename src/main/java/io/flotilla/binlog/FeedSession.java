package io.flotilla.binlog;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a replica to a [Feed]: login, questions, stream.
final class FeedSession implements Runnable {
    /// How long a replica may take for one of its packets before the stream begins.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// A replica's commands are short.
    private static final int MAX_COMMAND = 16 << 10;

    private static final int COM_QUIT = 0x01;
    private static final int COM_QUERY = 0x03;
    private static final int COM_PING = 0x0e;
    private static final int COM_BINLOG_DUMP = 0x12;
    private static final int COM_REGISTER_SLAVE = 0x15;

    private static final Logger LOG = LoggerFactory.getLogger(FeedSession.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Feed feed;
    private final long id;
    private final SocketChannel channel;
    private final FeedOutput out;
    private final InputStream in;
    private final ReplicaConversation conversation = new ReplicaConversation(Clock.systemUTC());
    private final FeedAnswers answers;
    private volatile boolean ended;

    FeedSession(Feed feed, long id, SocketChannel channel, FeedOutput out) throws IOException {
        this.feed = feed;
        this.id = id;
        this.channel = channel;
        channel.socket().setTcpNoDelay(true);
        channel.socket().setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        in = channel.socket().getInputStream();
        this.out = out;
        answers = new FeedAnswers(out);
    }

    long id() {
        return id;
    }

    /// Breaks the connection; the thread ends soon.
    void end() {
        ended = true;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing a replica's connection failed", e);
        }
    }

    @Override
    public void run() {
        try {
            if (logIn()) {
                while (!ended && command()) {
                    out.flush();
                }
            }
            out.flush();
        } catch (InterruptedException e) {
            // the feed ends this session
            LOG.debug("replica's session {} was ended", id);
        } catch (IOException e) {
            if (!ended) {
                LOG.info("replica's session {} broke: {}", id, e.toString());
            }
        } catch (RuntimeException e) {
            if (ended) {
                // what it was about to ask its server was cut short
                LOG.debug("replica's session {} was ended", id, e);
            } else {
                LOG.error("replica's session {} failed", id, e);
            }
        } finally {
            feed.forget(this);
            end();
        }
    }

    private boolean logIn() throws IOException {
        byte[] nonce = nonce();
        out.answer(-1);
        out.packet(FeedAnswers.greeting(id, nonce));
        out.flush();
        PayloadReader response = new PayloadReader(packet());
        long capabilities = response.u32();
        long needed = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION;
        if ((capabilities & needed) != needed || (capabilities & Capability.SSL) != 0) {
            answers.refuse(Reply.ACCESS_DENIED, "a feed speaks protocol 4.1, without TLS");
            return false;
        }
        response.skip(4 + 1 + 23);
        String user = response.terminated();
        byte[] proof = response.raw(response.u8());
        if (proof.length == 0 || !usesNativePassword(capabilities, response)) {
            proof = askAgain(nonce);
        }
        boolean known = feed.admits(user, nonce, proof);
        if (known) {
            answers.done();
        } else {
            answers.refuse(Reply.ACCESS_DENIED, "access denied");
        }
        out.flush();
        return known;
    }

    private static boolean usesNativePassword(long capabilities, PayloadReader response)
            throws ProtocolException {
        if ((capabilities & Capability.PLUGIN_AUTH) == 0) {
            return true;
        }
        if ((capabilities & Capability.CONNECT_WITH_DB) != 0) {
            response.terminated();
        }
        return response.terminated().equals(NativePassword.PLUGIN);
    }

    private byte[] askAgain(byte[] nonce) throws IOException {
        out.packet(
                new Payload()
                        .u8(PacketHeader.EOF)
                        .terminated(NativePassword.PLUGIN)
                        .raw(nonce)
                        .u8(0)
                        .toBytes());
        out.flush();
        return packet();
    }

    /// Without zeros: the greeting's parts end with them.
    private static byte[] nonce() {
        byte[] nonce = new byte[NativePassword.NONCE_BYTES];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) RANDOM.nextInt(1, 128);
        }
        return nonce;
    }

    /// @return whether another command may follow
    private boolean command() throws IOException, InterruptedException {
        PayloadReader command = new PayloadReader(packet());
        int code = command.u8();
        switch (code) {
            case COM_QUIT -> {
                return false;
            }
            case COM_PING, COM_REGISTER_SLAVE -> answers.done();
            case COM_QUERY -> query(command.rest());
            case COM_BINLOG_DUMP -> {
                dump();
                return false;
            }
            default ->
                    answers.refuse(Reply.UNKNOWN_COMMAND, "a feed does not know command " + code);
        }
        return true;
    }

    private void query(String sql) throws IOException {
        LOG.debug("replica asks: {}", sql);
        switch (conversation.answer(sql)) {
            case Reply.Done ignored -> answers.done();
            case Reply.Table table -> answers.table(table);
            case Reply.Refusal refusal -> {
                LOG.warn("{}", refusal.message());
                answers.refuse(refusal.errno(), refusal.message());
            }
            case Reply.Kill kill -> {
                feed.kill(kill.session());
                answers.done();
            }
        }
    }

    private void dump() throws IOException, InterruptedException {
        String position = conversation.position();
        if (position == null || !conversation.checksums()) {
            answers.refuse(Reply.UNKNOWN_ERROR, "a feed is read by GTID and with checksums only");
            return;
        }
        feed.dumping(this);
        try (FeedSource.Cursor cursor = feed.source().open(Gtid.parse(position))) {
            LOG.info("replica reads after '{}'", position);
            feed.stream(cursor, out, conversation.heartbeat()).run();
        } catch (FeedSource.UnknownPositionException | IllegalArgumentException e) {
            LOG.warn("replica asks for an unknown position '{}': {}", position, e.getMessage());
            answers.refuse(RefusedException.UNKNOWN_POSITION, String.valueOf(e.getMessage()));
        }
    }

    private byte[] packet() throws IOException {
        byte[] header = exactly(PacketHeader.BYTES);
        int payload = LittleEndian.u24(header, 0);
        if (payload == 0 || payload > MAX_COMMAND) {
            throw new ProtocolException("a replica's packet of " + payload + " bytes");
        }
        out.answer(header[3] & 0xff);
        return exactly(payload);
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the replica closed the connection");
        }
        return bytes;
    }
}
