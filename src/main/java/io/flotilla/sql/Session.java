package io.flotilla.sql;

import io.flotilla.engine.ServerSession;
import io.flotilla.engine.ServerSession.Tracked;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One pinned connection to the server. One thread at a time uses it.
///
/// It never calls `Statement.cancel`, `setQueryTimeout` or `Connection.abort`: the driver turns them into a hard KILL,
/// and a hard KILL of a session that waits for its acknowledgement commits it locally, with OK to the client (docs/design.md,
/// section 8).
final class Session {
    private final Identity owner;
    private final long loggedIn = System.nanoTime();
    private final Connection connection;
    private final ServerSession server;
    private final Pins pins;
    private final long id;

    private Owed owed = Owed.NOTHING;

    /// When it was left with traces for the first time since it was reset.
    private long tracedSince;

    private long idleSince;
    private @Nullable String knownGtid;

    /// Whether it has written something since the last reset that the server did not tell by itself, as it was set to.
    private boolean untold;

    /// The database that unqualified names refer to; empty for none; null when a client may have changed it. Not the
    /// driver's: a client can have the server keep quiet about it (`session_track_schema`).
    private @Nullable String database = "";

    private Session(
            Identity owner, Connection connection, ServerSession server, Pins pins, long id) {
        this.owner = owner;
        this.connection = connection;
        this.server = server;
        this.pins = pins;
        this.id = id;
    }

    /// Whether it is to be reset before it is used again.
    private enum Owed {
        NOTHING,
        /// Before a statement that may see what others have left, or when that is old.
        UNLESS_BLIND,
        ALWAYS
    }

    /// Pins a connection; closes it when that fails.
    ///
    /// @param owner who has logged in with it, just now
    static Session pin(Identity owner, Connection connection, Pins pins) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            ServerSession server = connection.unwrap(ServerSession.class);
            server.sendReset(pins.sql());
            try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                row.next();
                return new Session(owner, connection, server, pins, row.getLong(1));
            }
        } catch (SQLException e) {
            close(connection, e);
            throw e;
        }
    }

    private static void close(Connection connection, SQLException because) {
        try {
            connection.close();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    /// As whom it runs.
    Identity owner() {
        return owner;
    }

    /// When the server has checked who that is, in [System#nanoTime].
    long loggedIn() {
        return loggedIn;
    }

    /// The server's number of this session.
    long id() {
        return id;
    }

    /// Makes sure that the session lives and that [#knownGtid] is right. Costs a round trip unless it was used within
    /// `trusted`.
    void freshen(Duration trusted) throws SQLException {
        if (knownGtid == null || System.nanoTime() - idleSince > trusted.toNanos()) {
            askLastGtid();
        }
    }

    /// The last transaction this session has written as of the last time it was asked; empty if none.
    String knownGtid() {
        return knownGtid == null ? "" : knownGtid;
    }

    /// The last transaction this session has written, as text; empty if none. Right after a command that wrote, the server
    /// has said it already.
    String lastGtid() throws SQLException {
        Optional<Tracked> said = server.tracked();
        if (said.isEmpty()) {
            return askLastGtid();
        }
        knownGtid = said.get().lastGtid();
        return knownGtid;
    }

    /// The same, asked for: so the session lives.
    String askLastGtid() throws SQLException {
        return wrote(text("SELECT @@last_gtid"));
    }

    private String wrote(String now) {
        untold |= !now.isEmpty() && !now.equals(knownGtid);
        knownGtid = now;
        return now;
    }

    /// What the session has written, and whether something is still open in it. Right after a command that wrote, the
    /// server has said both already.
    State state() throws SQLException {
        Optional<Tracked> said = server.tracked();
        if (said.isPresent()) {
            knownGtid = said.get().lastGtid();
            return new State(said.get().lastGtid(), said.get().inTransaction());
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@last_gtid, @@in_transaction")) {
            row.next();
            String gtid = wrote(Optional.ofNullable(row.getString(1)).orElse(""));
            return new State(gtid, row.getBoolean(2));
        }
    }

    /// @param gtid the last transaction this session has written; empty if none
    /// @param inTransaction whether a transaction is open
    record State(String gtid, boolean inTransaction) {}

    /// Whether unqualified names refer to that database; to none if it is empty.
    boolean isIn(String wanted) {
        return wanted.equals(database);
    }

    void use(String wanted) throws SQLException {
        execute("USE `" + wanted.replace("`", "``") + "`");
        database = wanted;
    }

    /// Something is run that may change the database: `USE` in dynamic SQL, `DROP DATABASE` of this one.
    void losesTrackOfDatabase() {
        database = null;
    }

    /// Whether an answer since the last reset said that a setting has changed; in a session that only reads, also whether
    /// user variables or temporary tables have. Asked when the last answer was read to its end.
    boolean changed() {
        return untold || server.changed();
    }

    /// The same as [#reset], but does not wait: the server does it before whatever is sent next. For a session that has just
    /// answered, has nothing to undo that takes its time, and was not said to lose track of its database.
    void sendReset() throws SQLException {
        if (database == null) {
            throw new IllegalStateException("nobody knows which database the session is in");
        }
        putBack();
    }

    private void putBack() throws SQLException {
        owed = Owed.NOTHING;
        server.sendReset(pins.sql());
        knownGtid = "";
        untold = false;
    }

    /// Puts a reset off until [#sendReset].
    ///
    /// @return false when it cannot be put off: its database has to be asked for
    boolean oweReset() {
        if (database == null) {
            return false;
        }
        owed = Owed.ALWAYS;
        return true;
    }

    /// It was left with traces ([Footprint#TRACES]).
    ///
    /// @return as [#oweReset]
    boolean oweResetUnlessBlind() {
        if (database == null) {
            return false;
        }
        if (owed == Owed.NOTHING) {
            owed = Owed.UNLESS_BLIND;
            tracedSince = System.nanoTime();
        }
        return true;
    }

    /// Whether it is to be reset before it is used.
    ///
    /// @param next what for
    /// @param keepsTraces how long a session may keep them
    boolean owesReset(Footprint next, Duration keepsTraces) {
        return switch (owed) {
            case NOTHING -> false;
            case UNLESS_BLIND ->
                    next != Footprint.TRACES
                            || System.nanoTime() - tracedSince > keepsTraces.toNanos();
            case ALWAYS -> true;
        };
    }

    boolean owesReset() {
        return owed != Owed.NOTHING;
    }

    /// Makes the session as good as new, save for its database: whatever a client left open or set is gone.
    void reset() throws SQLException {
        putBack();
        String now = text("SELECT DATABASE()");
        if (database == null) {
            database = now;
        }
    }

    /// The last transaction in the server's binlog, as text; empty if none since it was reset.
    String binlogPosition() throws SQLException {
        return text("SELECT @@gtid_binlog_pos");
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            String value = row.getString(1);
            return value == null ? "" : value;
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = statement()) {
            statement.execute(sql);
        }
    }

    /// Not closed by itself: whoever reads the rows closes it, or gives up the session ([Cursor]).
    Statement statement() throws SQLException {
        Statement statement = connection.createStatement();
        // Braces are the client's own; the driver must not look into them for JDBC escapes.
        statement.setEscapeProcessing(false);
        return statement;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
    }

    void idleFrom(long nanoTime) {
        idleSince = nanoTime;
    }

    long idleSince() {
        return idleSince;
    }

    /// Ends the session at once, even in the middle of a result, which the driver would otherwise read to its end.
    /// Returns what went wrong, which matters to nobody but a log.
    @Nullable SQLException close() {
        try {
            connection.close();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
