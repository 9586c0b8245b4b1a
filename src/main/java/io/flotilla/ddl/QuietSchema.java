package io.flotilla.ddl;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the schema of a server that clients write to, in a moment in which nobody defines anything.
///
/// A reading takes many statements, and a definition is to be seen before it is committed, or before it fails. So what was
/// read counts only if no session was in a statement that can define anything, neither before nor after it, and none
/// has begun one in between. What had ended before is in the server's binlog or was undone: the caller looks whether the
/// log has all of that, and no definition that it did not know.
///
/// Used by one thread.
public final class QuietSchema {
    private static final Logger LOG = LoggerFactory.getLogger(QuietSchema.class);

    /// Statements that define nothing, whatever functions and triggers they call: those may not. What is told apart from
    /// them by more than its first word is left out (SET PASSWORD, BEGIN NOT ATOMIC), as is what lasts but a moment.
    private static final String ROWS =
            "SELECT|INSERT|UPDATE|DELETE|REPLACE|COMMIT|ROLLBACK|START|SAVEPOINT|RELEASE|WITH|VALUES|LOAD|SHOW|DO|"
                    + "EXPLAIN|CHECKSUM|HANDLER|KILL";

    /// Text of a session that is between two statements, or has not come to read the one it was sent, is null. A text for
    /// which the expression takes too long (then it is null) may be anything.
    private static final String DEFINING =
            """
            SELECT COUNT(*) FROM information_schema.processlist
            WHERE id <> CONNECTION_ID() AND info <> ''
              AND NOT COALESCE(info REGEXP '(?si)^(?:[\\\\s(]|/\\\\*(?![!M]).*?\\\\*/)*(?:%s)\\\\b', FALSE)
            """
                    .formatted(ROWS);

    /// How often a statement of each kind began: those in procedures, events and prepared statements too.
    /// (`information_schema.global_status` would compute all variables, and wait for the locks of accounts with it:
    /// CREATE USER holds them until it is acknowledged.)
    private static final String COUNTERS = "SHOW GLOBAL STATUS LIKE 'Com\\_%'";

    /// Counters of what cannot define anything.
    private static final Pattern HARMLESS =
            Pattern.compile(
                    "Com_(?:(?:show|stmt|ha)_.*|(?:insert|replace|update|delete|begin|commit|rollback|savepoint"
                            + "|release_savepoint|select|set_option|load|do|kill|flush|purge|change_db|empty_query"
                            + "|admin_commands|call_procedure|compound_sql|execute_sql|prepare_sql|dealloc_sql"
                            + "|execute_immediate|checksum|help|signal|resignal|get_diagnostics|lock_tables"
                            + "|unlock_tables)(?:_select|_multi|_to_savepoint)?)");

    private final SchemaMemory memory;

    /// @param dataDirectory the server's
    public QuietSchema(Path dataDirectory) {
        memory = new SchemaMemory(dataDirectory);
    }

    /// @param connection as for [SchemaDigest#compute]
    /// @return empty when the moment was none: ask again
    /// @throws IOException if the data directory cannot be listed
    public Optional<Digest> read(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            long begun = begun(statement);
            if (defining(statement)) {
                return Optional.empty();
            }
            Digest digest = memory.read(connection).digest();
            boolean quiet = !defining(statement) && begun(statement) == begun;
            return quiet ? Optional.of(digest) : Optional.empty();
        } catch (SchemaBusyException e) {
            LOG.debug("somebody holds a lock", e);
            return Optional.empty();
        }
    }

    private static boolean defining(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(DEFINING)) {
            return !row.next() || row.getLong(1) > 0;
        }
    }

    private static long begun(Statement statement) throws SQLException {
        long sum = 0;
        try (ResultSet rows = statement.executeQuery(COUNTERS)) {
            while (rows.next()) {
                if (!HARMLESS.matcher(rows.getString(1)).matches()) {
                    sum += rows.getLong(2);
                }
            }
        }
        return sum;
    }
}
