package io.flotilla.http;

import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/// HTTP/1.1 as Jetty has it, but for one thing: of a connection's threads one at a time reads from it.
///
/// Jetty (12.1.14) has what it cannot parse answered by another thread. When that one is done it lets a third go on with the
/// connection, while the first has not left yet: both use the connection's buffer, and both give it back. The pool then
/// lends it to two connections, and what one client sends is read as another's request, or sent as another's answer
/// (seen with four clients within a second: `ConnectionsApartTest`; ADR 0027).
final class JettyHttp extends HttpConnectionFactory {
    JettyHttp(HttpConfiguration configuration) {
        super(configuration);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint end) {
        HttpConnection connection = new OneReader(getHttpConfiguration(), connector, end);
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, end);
    }

    /// A request is handled by the thread that read it, within the lock. Jetty asks for the connection to be read on only
    /// when that thread is about to leave or has left, so nobody waits here for a request to end.
    private static final class OneReader extends HttpConnection {
        private final ReentrantLock reading = new ReentrantLock();

        OneReader(HttpConfiguration configuration, Connector connector, EndPoint end) {
            super(configuration, connector, end);
        }

        @Override
        public void onFillable() {
            reading.lock();
            try {
                super.onFillable();
            } finally {
                reading.unlock();
            }
        }
    }
}
