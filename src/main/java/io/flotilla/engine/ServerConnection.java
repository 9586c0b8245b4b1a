package io.flotilla.engine;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Connection;
import org.mariadb.jdbc.client.util.ClosableLock;

/// One connection to the server's unix socket. See [ServerDataSource] for what it does otherwise than the driver's.
final class ServerConnection extends Connection implements ServerSession {
    private final TrackingClient client;
    private final UnixSocket socket;

    private ServerConnection(
            Configuration configuration,
            ClosableLock lock,
            TrackingClient client,
            UnixSocket socket) {
        super(configuration, lock, client);
        this.client = client;
        this.socket = socket;
    }

    static ServerConnection open(Configuration configuration) throws SQLException {
        ClosableLock lock = new ClosableLock();
        TrackingClient client = new TrackingClient(configuration, lock);
        return new ServerConnection(
                configuration, lock, client, UnixSocketFactory.lastOfThisThread());
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        try {
            socket.close();
        } catch (IOException e) {
            throw new SQLException("the connection could not be cut", "08000", e);
        }
    }

    @Override
    public Optional<Tracked> tracked() {
        return client.tracked();
    }

    @Override
    public boolean changed() {
        return client.changed();
    }

    @Override
    public void sendReset(String then) throws SQLException {
        client.sendReset(then);
    }
}
