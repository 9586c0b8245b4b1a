package io.flotilla.engine;

import io.flotilla.engine.ServerSession.Tracked;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Statement;
import org.mariadb.jdbc.client.Completion;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.impl.StandardClient;
import org.mariadb.jdbc.client.socket.Reader;
import org.mariadb.jdbc.client.socket.Writer;
import org.mariadb.jdbc.client.util.ClosableLock;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.message.ClientMessage;
import org.mariadb.jdbc.message.client.QueryPacket;
import org.mariadb.jdbc.message.client.ResetPacket;
import org.mariadb.jdbc.message.server.OkPacket;

/// The driver's client, which keeps what the server's answers say of the session ([ServerSession#tracked]), and can send a
/// reset ahead of the next command ([ServerSession#sendReset]).
final class TrackingClient extends StandardClient {
    // No initial values: the driver reads answers in its constructor.
    private @Nullable AnswerTap tap;
    private @Nullable Tracked tracked;
    private int unread;
    private boolean changed;

    /// Whether the status at the end of the last answer has not been looked at yet.
    private boolean unseen;

    TrackingClient(Configuration configuration, ClosableLock lock) throws SQLException {
        super(configuration, configuration.addresses().getFirst(), lock, false);
    }

    Optional<Tracked> tracked() {
        return Optional.ofNullable(tracked);
    }

    boolean changed() {
        lookAtStatus();
        return changed;
    }

    /// Rows end with a status of their own, which the driver keeps.
    private void lookAtStatus() {
        if (unseen) {
            unseen = false;
            changed |= (getContext().getServerStatus() & SessionTracking.STATE_CHANGED) != 0;
        }
    }

    void sendReset(String then) throws SQLException {
        tracked = null;
        changed = false;
        unseen = false;
        sendQuery(ResetPacket.INSTANCE);
        unread++;
        if (!then.isEmpty()) {
            sendQuery(new QueryPacket(then));
            unread++;
        }
        reset();
    }

    /// Every answer to every command comes through here.
    @Override
    public Completion readPacket(
            @Nullable Statement statement,
            ClientMessage message,
            int fetchSize,
            long maxRows,
            int concurrency,
            int type,
            boolean closeOnCompletion)
            throws SQLException {
        tracked = null;
        lookAtStatus();
        readResets();
        Completion answer =
                super.readPacket(
                        statement,
                        new Watched(message),
                        fetchSize,
                        maxRows,
                        concurrency,
                        type,
                        closeOnCompletion);
        byte[] first = tap == null ? null : tap.heard();
        if (first != null && answer instanceof OkPacket) {
            SessionTracking.Said said = SessionTracking.of(first);
            tracked = said.tracked().orElse(null);
            changed |= said.changed();
        } else {
            unseen = true;
        }
        return answer;
    }

    /// INVARIANT: a session that was not reset answers nobody. What was sent after the reset may have been executed: so it
    /// is not the server's answer that is told, which would be taken for the command's own, but the loss of the
    /// connection.
    private void readResets() throws SQLException {
        while (unread > 0) {
            unread--;
            try {
                super.readPacket(
                        null,
                        ResetPacket.INSTANCE,
                        0,
                        0,
                        ResultSet.CONCUR_READ_ONLY,
                        ResultSet.TYPE_FORWARD_ONLY,
                        false);
            } catch (SQLException e) {
                destroySocket();
                throw new SQLNonTransientConnectionException(
                        "the session could not be reset: " + e.getMessage(), "08000", e);
            }
        }
    }

    /// A command whose answer is read through [AnswerTap].
    private final class Watched implements ClientMessage {
        private final ClientMessage command;

        Watched(ClientMessage command) {
            this.command = command;
        }

        @Override
        public int encode(Writer writer, Context context) throws IOException, SQLException {
            return command.encode(writer, context);
        }

        @Override
        public String description() {
            return command.description();
        }

        @Override
        public Completion readPacket(
                @Nullable Statement statement,
                int fetchSize,
                long maxRows,
                int concurrency,
                int type,
                boolean closeOnCompletion,
                Reader reader,
                Writer writer,
                Context context,
                ExceptionFactory exceptions,
                ClosableLock lock,
                boolean trace,
                ClientMessage itself,
                Consumer<String> redirect)
                throws IOException, SQLException {
            return command.readPacket(
                    statement,
                    fetchSize,
                    maxRows,
                    concurrency,
                    type,
                    closeOnCompletion,
                    listening(reader, context),
                    writer,
                    context,
                    exceptions,
                    lock,
                    trace,
                    command,
                    redirect);
        }

        private AnswerTap listening(Reader reader, Context context) {
            AnswerTap ours = tap;
            if (ours == null) {
                ours = new AnswerTap(reader, context.getConf());
                tap = ours;
            }
            ours.listen();
            return ours;
        }
    }
}
