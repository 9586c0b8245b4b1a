package io.flotilla.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/// How the driver gets a [UnixSocket]: named in the connection's URL, made by the driver through reflection, hence
/// public.
public final class UnixSocketFactory extends ConfigurableSocketFactory {
    /// The option of the URL that holds the socket's path.
    static final String PATH_OPTION = "flotillaSocket";

    /// The socket the driver has opened last on this thread: the way to cut a connection without the driver's help.
    private static final ThreadLocal<@Nullable UnixSocket> LAST = new ThreadLocal<>();

    /// What the next socket of this thread sends before all else.
    private static final ThreadLocal<byte @Nullable []> PREFIX = new ThreadLocal<>();

    private @Nullable Path path;

    @Override
    public void setConfiguration(Configuration configuration, String host) {
        path = Path.of(configuration.nonMappedOptions().getProperty(PATH_OPTION));
    }

    @Override
    public Socket createSocket() throws IOException {
        Path known = path;
        if (known == null) {
            throw new IOException("the socket's path was not given");
        }
        UnixSocket socket = new UnixSocket(known, PREFIX.get());
        LAST.set(socket);
        return socket;
    }

    /// Has sockets that this thread opens send this first; nothing when null.
    static void prefix(byte @Nullable [] bytes) {
        if (bytes == null) {
            PREFIX.remove();
        } else {
            PREFIX.set(bytes);
        }
    }

    static UnixSocket lastOfThisThread() {
        UnixSocket socket = LAST.get();
        LAST.remove();
        if (socket == null) {
            throw new IllegalStateException("the driver has opened no socket");
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket();
    }
}
