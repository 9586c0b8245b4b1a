package io.flotilla.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection to the server's unix socket whose connecting and reads can time out.
///
/// The driver's own (Connector/J 4.0.0, UnixDomainSocket) has an empty setSoTimeout: a server that is frozen would hold
/// its callers for ever. Here a read that takes too long closes the connection and says so.
final class UnixSocket extends Socket {
    private static final ScheduledThreadPoolExecutor WATCH = watch();

    /// Most answers are shorter; a session that reads a long result reads past it.
    private static final int READ_AHEAD = 4 << 10;

    private final UnixDomainSocketAddress address;
    private final SocketChannel channel;
    private final Input in = new Input();
    private final byte @Nullable [] prefix;
    private volatile int timeoutMillis;
    private volatile boolean timedOut;

    /// @param prefix sent before all else; nothing when null
    UnixSocket(Path path, byte @Nullable [] prefix) throws IOException {
        this.prefix = prefix;
        address = UnixDomainSocketAddress.of(path);
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    private static ScheduledThreadPoolExecutor watch() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("engine-socket-watch")
                                        .unstarted(task));
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    /// The driver names a host and port; there is only one place to connect to. A server that is frozen takes no more
    /// connections than its queue holds.
    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        try {
            within(timeout, "took no connection", () -> channel.connect(address) ? 1 : 0);
            if (prefix != null) {
                getOutputStream().write(prefix);
            }
        } catch (IOException e) {
            // The driver does not close what it could not connect.
            channel.close();
            throw e;
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return new Output();
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // TCP's: not of this family.
    }

    @Override
    public void setKeepAlive(boolean on) {
        // TCP's: not of this family.
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // TCP's: not of this family.
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    private int read(ByteBuffer buffer) throws IOException {
        return within(timeoutMillis, "did not answer", () -> channel.read(buffer));
    }

    /// Something that blocks until the server does its part.
    private interface Blocking {
        int run() throws IOException;
    }

    /// @param millis how long it may block; 0 for ever
    private int within(int millis, String otherwise, Blocking call) throws IOException {
        if (millis == 0) {
            return call.run();
        }
        ScheduledFuture<?> alarm = WATCH.schedule(this::timeOut, millis, TimeUnit.MILLISECONDS);
        try {
            return call.run();
        } catch (AsynchronousCloseException e) {
            if (!timedOut) {
                throw e;
            }
            SocketTimeoutException timeout =
                    new SocketTimeoutException(
                            "the server " + otherwise + " within " + millis + " ms");
            timeout.initCause(e);
            throw timeout;
        } finally {
            alarm.cancel(false);
        }
    }

    private void timeOut() {
        timedOut = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw Disk.unchecked("closing a connection to the server", e);
        }
    }

    /// Reads ahead: the driver asks for a packet's four bytes of header, and then for the rest of it.
    private final class Input extends InputStream {
        private final ByteBuffer ahead = ByteBuffer.allocate(READ_AHEAD).limit(0);

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!ahead.hasRemaining()) {
                if (length >= READ_AHEAD) {
                    return UnixSocket.this.read(ByteBuffer.wrap(bytes, offset, length));
                }
                int more;
                try {
                    more = UnixSocket.this.read(ahead.clear());
                } finally {
                    ahead.flip();
                }
                if (more < 0) {
                    return -1;
                }
            }
            int count = Math.min(length, ahead.remaining());
            ahead.get(bytes, offset, count);
            return count;
        }

        @Override
        public int available() {
            return ahead.remaining();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
