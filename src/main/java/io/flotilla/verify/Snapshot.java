package io.flotilla.verify;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.TableName;
import io.flotilla.failure.Deadline;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The rows of a server as they were at one moment, however much is written meanwhile.
///
/// No lock outlives one chunk of rows: a savepoint is rolled back behind each, which gives the lock of the table's
/// definition back, so that DDL waits for a chunk at most. An old snapshot costs InnoDB the old versions of rows: whoever
/// opens one bounds its time.
///
/// Used by one thread.
final class Snapshot implements AutoCloseable {
    /// What one chunk should take: short for a DDL that waits behind it.
    private static final Duration CHUNK = Duration.ofMillis(50);

    private static final long FIRST_ROWS = 1_000;
    private static final long MOST_ROWS = 100_000;

    /// The most a table without a usable primary key may take, since it is read at once.
    private static final Duration WHOLE = Duration.ofSeconds(60);

    /// The longest rest after a piece of work.
    private static final Duration REST = Duration.ofSeconds(1);

    private static final String NOT_OURS =
            "table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')";

    private final Connection connection;
    private final Statement statement;

    private Snapshot(Connection connection, Statement statement) {
        this.connection = connection;
        this.statement = statement;
    }

    /// @param connection a session with all rights; closed with the snapshot
    static Snapshot open(Connection connection) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(2 * WHOLE.toMillis()));
            Statement statement = connection.createStatement();
            // with a binlog to write, the server would keep the locks when a savepoint is rolled
            // back
            statement.execute(
                    "SET sql_log_bin = 0, sql_mode = '', time_zone = '+00:00', lock_wait_timeout = 2,"
                            + " max_statement_time = 0");
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            return new Snapshot(connection, statement);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// Where the binlog of a leading server is at this snapshot, as a GTID; empty at the beginning of its first file. The
    /// two variables belong to the snapshot, exactly (MariaDB: `START TRANSACTION WITH CONSISTENT SNAPSHOT`).
    String binlogPosition() throws SQLException {
        String file = status("binlog_snapshot_file");
        String position = status("binlog_snapshot_position");
        return value("SELECT BINLOG_GTID_POS('%s', %s)".formatted(file, position))
                .orElseThrow(
                        () -> new SQLException("no transaction ends at " + file + ", " + position));
    }

    private String status(String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW STATUS LIKE '" + name + "'")) {
            if (!row.next()) {
                throw new SQLException("the server does not say " + name);
            }
            return row.getString(2);
        }
    }

    /// The first column of the first row, as it is now or, of tables of InnoDB, as it was.
    Optional<String> value(String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
        }
    }

    /// The tables that can be read from a snapshot; others are named by [#unreadable].
    List<TableName> tables() throws SQLException {
        return tables("engine = 'InnoDB' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')");
    }

    /// Tables of other engines: their rows are those of this moment.
    List<TableName> unreadable() throws SQLException {
        return tables("engine <> 'InnoDB' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')");
    }

    private List<TableName> tables(String kind) throws SQLException {
        List<TableName> tables = new ArrayList<>();
        String sql =
                "SELECT table_schema, table_name FROM information_schema.tables WHERE %s AND %s ORDER BY 1, 2"
                        .formatted(kind, NOT_OURS);
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                tables.add(new TableName(rows.getString(1), rows.getString(2)));
            }
        }
        return tables;
    }

    /// Where each sequence is. They do not follow transactions: what is told is of this moment.
    SortedMap<String, SequenceValue> sequences() throws SQLException {
        SortedMap<String, SequenceValue> values = new TreeMap<>();
        for (TableName sequence : tables("table_type = 'SEQUENCE'")) {
            String sql =
                    "SELECT next_not_cached_value, increment, cycle_count FROM "
                            + sequence.quoted();
            statement.execute("SAVEPOINT chunk");
            try (ResultSet row = statement.executeQuery(sql)) {
                if (row.next()) {
                    values.put(
                            sequence.toString(),
                            new SequenceValue(row.getLong(1), row.getLong(2), row.getLong(3)));
                }
            } finally {
                release();
            }
        }
        return values;
    }

    /// Sums up a table's rows, and rests as long as it works, so that clients keep half of what one thread can take.
    ///
    /// @throws VerifyException if the table cannot be read from this snapshot, or not before the deadline
    Sum sum(TableName table, Deadline deadline) throws VerifyException, InterruptedException {
        try {
            statement.execute("SAVEPOINT chunk");
            try {
                RowHash hash = RowHash.of(connection, table);
                return hash.key().isEmpty() ? whole(hash) : byChunks(hash, deadline);
            } finally {
                release();
            }
        } catch (SQLException e) {
            throw new VerifyException(String.valueOf(e.getMessage()), e);
        }
    }

    private void release() throws SQLException {
        statement.execute("ROLLBACK TO SAVEPOINT chunk");
    }

    private Sum whole(RowHash hash) throws SQLException, InterruptedException {
        long began = System.nanoTime();
        Sum sum =
                read(
                        "SET STATEMENT max_statement_time = "
                                + WHOLE.toSeconds()
                                + " FOR "
                                + hash.sum("TRUE"));
        release();
        rest(Duration.ofNanos(System.nanoTime() - began));
        return sum;
    }

    private Sum byChunks(RowHash hash, Deadline deadline)
            throws SQLException, VerifyException, InterruptedException {
        Sum sum = Sum.NONE;
        String from = "TRUE";
        long rows = FIRST_ROWS;
        while (true) {
            if (deadline.over()) {
                throw new VerifyException("the time was over after " + sum.rows() + " rows");
            }
            long began = System.nanoTime();
            Optional<List<String>> last = key(hash.lastOf(rows, from), hash.key().size());
            sum =
                    sum.plus(
                            read(
                                    hash.sum(
                                            last.map(to -> hash.upTo(to)).orElse("TRUE")
                                                    + " AND "
                                                    + from)));
            release();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            rest(took);
            if (last.isEmpty()) {
                return sum;
            }
            from = hash.beyond(last.get());
            rows =
                    took.compareTo(CHUNK) < 0
                            ? Math.min(MOST_ROWS, rows * 2)
                            : Math.max(FIRST_ROWS, rows / 2);
        }
    }

    private Optional<List<String>> key(String sql, int columns) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                return Optional.empty();
            }
            List<String> literals = new ArrayList<>();
            for (int column = 1; column <= columns; column++) {
                literals.add(row.getString(column));
            }
            return Optional.of(literals);
        }
    }

    private Sum read(String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            BigDecimal hashes = row.getBigDecimal(2);
            return new Sum(row.getLong(1), hashes.toBigIntegerExact());
        }
    }

    private static void rest(Duration worked) throws InterruptedException {
        Thread.sleep(worked.compareTo(REST) < 0 ? worked : REST);
    }

    /// The last transaction a following server has applied.
    long appliedSeq() throws SQLException {
        return Gtid.parse(value("SELECT @@global.gtid_slave_pos").orElse("")).seq();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server is gone, and the snapshot with it.
        }
    }
}
