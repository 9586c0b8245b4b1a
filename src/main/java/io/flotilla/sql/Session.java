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
    /// What the lexer of [Fragment] relies on, and what makes a statement mean the same on every node.
    private static final String PINNED =
            "SET SESSION sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER',"
                    + " character_set_client=utf8mb4, character_set_connection=utf8mb4,"
                    + " character_set_results=utf8mb4, autocommit=1";

    private static final String READ_ONLY = ", tx_read_only=1";

    /// All that is pinned, in one text.
    private static final String PINS =
            "CONCAT_WS('/', @@sql_mode, @@character_set_client, @@character_set_connection,"
                    + " @@collation_connection, @@character_set_results, @@autocommit, @@tx_read_only)";

    private final Identity owner;
    private final long loggedIn = System.nanoTime();
    private final Connection connection;
    private final ServerSession server;
    private final boolean readOnly;
    private final long id;

    /// [#PINS] as they must be.
    private final String pinned;

    /// Whether they are so after a reset by itself: found out once, as nothing a client may do changes to what a reset
    /// returns.
    private @Nullable Boolean pinnedByReset;

    /// Whether it is to be reset before it is used again.
    private boolean owesReset;

    private long idleSince;
    private @Nullable String knownGtid;

    /// The database that unqualified names refer to; empty for none; null when a client may have changed it. Not the
    /// driver's: a client can have the server keep quiet about it (`session_track_schema`).
    private @Nullable String database = "";

    private Session(Identity owner, Connection connection, boolean readOnly, long id, String pinned)
            throws SQLException {
        this.owner = owner;
        this.connection = connection;
        this.server = connection.unwrap(ServerSession.class);
        this.readOnly = readOnly;
        this.id = id;
        this.pinned = pinned;
    }

    /// Pins a connection; closes it when that fails.
    ///
    /// @param owner who has logged in with it, just now
    static Session pin(Identity owner, Connection connection, boolean readOnly)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(pins(readOnly));
            try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID(), " + PINS)) {
                row.next();
                return new Session(owner, connection, readOnly, row.getLong(1), row.getString(2));
            }
        } catch (SQLException e) {
            close(connection, e);
            throw e;
        }
    }

    private static String pins(boolean readOnly) {
        return readOnly ? PINNED + READ_ONLY : PINNED;
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
        String now = text("SELECT @@last_gtid");
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
            String gtid = Optional.ofNullable(row.getString(1)).orElse("");
            knownGtid = gtid;
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

    /// The same as [#reset], but does not wait: the server does it before whatever is sent next. For a session that has just
    /// answered, and has nothing to undo that takes its time.
    ///
    /// To be called only where [#oweReset] was true.
    void sendReset() throws SQLException {
        if (!owesReset || pinnedByReset == null) {
            throw new IllegalStateException("no reset is owed");
        }
        owesReset = false;
        server.sendReset(pinnedByReset ? "" : pins(readOnly));
        knownGtid = "";
    }

    /// Puts a reset off until [#sendReset].
    ///
    /// @return false when it cannot be put off: what a reset leaves of the pins, or of the database, has to be asked
    boolean oweReset() {
        owesReset = pinnedByReset != null && database != null;
        return owesReset;
    }

    boolean owesReset() {
        return owesReset;
    }

    /// Makes the session as good as new, save for its database: whatever a client left open or set is gone.
    void reset() throws SQLException {
        connection.endRequest();
        if (pinnedByReset == null) {
            pinnedByReset = text("SELECT " + PINS).equals(pinned);
        }
        if (!pinnedByReset) {
            execute(pins(readOnly));
        }
        if (database == null) {
            database = text("SELECT DATABASE()");
        }
        knownGtid = "";
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
