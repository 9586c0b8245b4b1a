package io.flotilla.peer;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The few things every socket between nodes needs.
final class Sockets {
    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /// No delay (a message is small and waited for) and keep-alive (a machine that vanished is noticed some day even on
    /// a channel that never sends).
    static void prepare(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
    }

    /// Ends what was sent first: else what the other side has sent, and nobody read, makes the kernel take it back.
    static void close(Socket socket) {
        try {
            if (socket.isConnected() && !socket.isClosed() && !socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            LOG.debug("ending {}: {}", socket, e.toString());
        }
        close((Closeable) socket);
    }

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing {}: {}", socket, e.toString());
        }
    }

    /// Exactly `length` bytes before `System.nanoTime()` reaches `deadline`, however slowly they drip.
    static byte[] read(Wire wire, int length, long deadline) throws IOException {
        byte[] bytes = new byte[length];
        InputStream in = wire.in();
        int done = 0;
        while (done < length) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no complete hello in time");
            }
            wire.socket().setSoTimeout(Math.toIntExact(left));
            int count = in.read(bytes, done, length - done);
            if (count < 0) {
                throw new EOFException("the other side closed the connection during the hello");
            }
            done += count;
        }
        return bytes;
    }
}
