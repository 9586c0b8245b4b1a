package io.flotilla.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// A handshake with oneself, in memory: the first one of a process takes a busy machine seconds, most of it for loading
/// classes, and the first election does not wait so long.
final class Rehearsal {
    /// Each flight is one or two steps of either side; more means that they wait for each other.
    private static final int MOST_STEPS = 100;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer;
    private final ByteBuffer toClient;
    private final ByteBuffer clear;

    Rehearsal(Tls tls) {
        client = tls.mutualClient("rehearsal", 0);
        server = tls.mutualServer();
        int size = 4 * client.getSession().getPacketBufferSize();
        toServer = ByteBuffer.allocate(size);
        toClient = ByteBuffer.allocate(size);
        clear = ByteBuffer.allocate(size);
    }

    /// @throws SSLException if this node would not believe itself
    void run() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int i = 0; i < MOST_STEPS && !(done(client) && done(server)); i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        if (!done(client) || !done(server)) {
            throw new SSLException("a handshake with oneself comes to no end");
        }
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                try {
                    engine.unwrap(in, clear);
                } finally {
                    in.compact();
                }
            }
            case FINISHED, NOT_HANDSHAKING -> {}
        }
    }
}
