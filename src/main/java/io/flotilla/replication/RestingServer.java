package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.ServerState;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Rest;
import io.flotilla.engine.Server;
import io.flotilla.provision.SnapshotException;
import io.flotilla.provision.SnapshotSource.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The role thread while the files of its server rest, so that another node can copy them; the caller has stopped whatever
/// writes rows.
///
/// Bounded: after [ReplicationConfig#rest], or when the role has something to do, the server goes on, whatever the copier
/// is at; it notices (see [Pause]).
final class RestingServer {
    private static final Logger log = LoggerFactory.getLogger(RestingServer.class);

    private final Parts parts;
    private final Server server;
    private final SnapshotDesk.Request request;

    RestingServer(Parts parts, Server server, SnapshotDesk.Request request) {
        this.parts = parts;
        this.server = server;
        this.request = request;
    }

    /// @param position asked while the files rest
    /// @param busy whether the role thread has something more important to do
    void rest(Supplier<Gtid> position, BooleanSupplier busy) throws InterruptedException {
        Duration most = parts.config().rest();
        if (server != request.of()) {
            refuse("it is another server by now");
            return;
        }
        if (xaPrepared()) {
            refuse("an XA transaction is prepared");
            return;
        }
        try (Rest rest = server.dataFiles().rest(most, busy)) {
            Held held = new Held(parts.signals(), position, rest);
            if (request.granted().complete(held)) {
                if (!parts.signals().await(() -> held.over() || busy.getAsBoolean(), most)) {
                    log.warn("a copy of this server's data took longer than {}; given up", most);
                }
                held.revoke();
            }
        } catch (EngineException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    void refuse(String reason) {
        request.granted().completeExceptionally(new SnapshotException(reason));
    }

    /// A copy with one would have half a transaction that no node can finish.
    private boolean xaPrepared() {
        try (Connection connection = server.admin()) {
            return !ServerState.xaPrepared(connection).isEmpty();
        } catch (SQLException e) {
            throw new ServerTrouble("it does not tell its XA transactions", e);
        }
    }

    private static final class Held implements Pause {
        private final Signals signals;
        private final Supplier<Gtid> position;
        private final Rest rest;
        private volatile boolean closed;
        private volatile boolean revoked;

        Held(Signals signals, Supplier<Gtid> position, Rest rest) {
            this.signals = signals;
            this.position = position;
            this.rest = rest;
        }

        @Override
        public Gtid position() {
            return position.get();
        }

        @Override
        public Rest rest() {
            return rest;
        }

        @Override
        public boolean held() {
            return !revoked;
        }

        boolean over() {
            return closed;
        }

        void revoke() {
            revoked = true;
        }

        @Override
        public void close() {
            closed = true;
            signals.wake();
        }
    }
}
