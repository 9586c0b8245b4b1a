package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Joined transactions with a real replica.
@Timeout(120)
final class JoinedFeedTest {
    private static Pair pair;

    @BeforeAll
    static void start() throws Exception {
        pair = Pair.start();
        pair.log.joining = JoinedTransactions.MOST;
        pair.leader.execute(
                "CREATE TABLE t.parent (id INT PRIMARY KEY, v INT) ENGINE=InnoDB",
                "CREATE TABLE t.child (id INT AUTO_INCREMENT PRIMARY KEY, parent INT NOT NULL, text LONGTEXT,"
                        + " FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE)"
                        + " ENGINE=InnoDB",
                "CREATE TABLE t.plain (v INT) ENGINE=InnoDB");
        pair.awaitApplied();
    }

    @AfterAll
    static void stop() throws IOException {
        pair.close();
    }

    /// What is behind is given at once, as far as it can be joined; its rows depend on each other.
    @Test
    void leavesTheSameRowsAndTheLastPosition() throws Exception {
        pair.follower.execute("STOP SLAVE");
        long before = pair.feed.counters().transactions();
        long first = pair.log.last().seq();
        load();
        long written = Gtid.parse(pair.leader.query("SELECT @@gtid_binlog_pos")).seq() - first;

        pair.follower.execute("START SLAVE");
        pair.awaitApplied();

        pair.assertEqual();
        assertThat(pair.follower.query("SELECT @@gtid_slave_pos"))
                .isEqualTo(pair.leader.query("SELECT @@gtid_binlog_pos"));
        assertThat(pair.feed.counters().transactions() - before).isLessThan(written / 4);
        assertThat(pair.recorder.broken).isNull();
    }

    @Test
    void goesOnWhereItsReplicaStoppedInBetween() throws Exception {
        for (int i = 0; i < 4; i++) {
            load();
            pair.follower.execute("STOP SLAVE", "START SLAVE");
        }
        pair.awaitApplied();
        pair.assertEqual();
    }

    /// As [JoinedRows] expects them.
    @Test
    void joinsStatementsAsAServerWritesThem() throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            // one second for all
            statement.execute("SET binlog_annotate_row_events = OFF, timestamp = 1700000000");
            statement.execute("BEGIN");
            for (int i = 0; i < 10; i++) {
                statement.execute("INSERT INTO t.plain VALUES (" + -i + ")");
            }
            statement.execute("UPDATE t.plain SET v = v - 100 WHERE v = -1");
            statement.execute("UPDATE t.plain SET v = v - 100 WHERE v < -1 AND v > -50");
            statement.execute("DELETE FROM t.plain WHERE v = -105");
            statement.execute("COMMIT");
        }
        pair.awaitApplied();

        Slice joined = JoinedTransactions.of(List.of(pair.log.slices().getLast()));

        assertThat(types(joined.bytes()))
                .containsExactly(
                        Events.GTID,
                        Events.TABLE_MAP,
                        Events.WRITE_ROWS,
                        Events.TABLE_MAP,
                        Events.UPDATE_ROWS,
                        Events.TABLE_MAP,
                        Events.DELETE_ROWS,
                        Events.XID);
        pair.assertEqual();
    }

    /// Tables whose rows are more than they say.
    @Test
    void appliesRowsOfVersionedTablesAndSequencesAlike() throws Exception {
        pair.leader.execute(
                "CREATE TABLE t.versioned (id INT PRIMARY KEY, v INT) ENGINE=InnoDB WITH SYSTEM VERSIONING",
                "CREATE SEQUENCE t.numbers CACHE 1 ENGINE=InnoDB");
        pair.awaitApplied();
        pair.follower.execute("STOP SLAVE");
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET binlog_annotate_row_events = OFF");
            for (int i = 0; i < 60; i++) {
                statement.execute("SELECT NEXT VALUE FOR t.numbers");
                statement.execute("REPLACE INTO t.versioned VALUES (" + i % 7 + ", " + i + ")");
                statement.execute("UPDATE t.versioned SET v = v + 1 WHERE id = " + i % 7);
                statement.execute("UPDATE t.versioned SET v = v + 1 WHERE id = " + i % 7);
                if (i % 5 == 4) {
                    statement.execute("DELETE FROM t.versioned WHERE id = " + i % 7);
                }
            }
        }
        pair.follower.execute("START SLAVE");
        pair.awaitApplied();

        pair.assertEqual();
        for (String what :
                List.of(
                        "next_not_cached_value FROM t.numbers",
                        "GROUP_CONCAT(id, ' ', v, ' ', row_start, ' ', row_end"
                                + " ORDER BY id, v, row_start, row_end)"
                                + " FROM t.versioned FOR SYSTEM_TIME ALL")) {
            assertThat(pair.follower.query("SELECT " + what))
                    .isEqualTo(pair.leader.query("SELECT " + what));
        }
        pair.leader.execute("DROP TABLE t.versioned", "DROP SEQUENCE t.numbers");
        pair.awaitApplied();
    }

    private static List<Integer> types(byte[] events) {
        List<Integer> types = new ArrayList<>();
        for (int at = 0; at < events.length; ) {
            types.add(Events.type(events, at));
            at += Events.length(events, at);
        }
        return types;
    }

    private static void load() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                int own = client;
                all.add(
                        clients.submit(() -> {
                            write(own);
                            return null;
                        }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /// Each row is made, changed and removed in transactions of its own.
    private static void write(int client) throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            // as a leader of ours is started
            statement.execute("SET binlog_annotate_row_events = OFF");
            for (int i = 0; i < 25; i++) {
                int id = 1000 * client + i % 5;
                statement.execute("REPLACE INTO t.parent VALUES (" + id + ", " + i + ")");
                statement.execute("INSERT INTO t.plain VALUES (" + id + ")");
                statement.execute(
                        "INSERT INTO t.child (parent, text) VALUES ("
                                + id
                                + ", REPEAT('x', "
                                + 100 * i
                                + "))");
                statement.execute("UPDATE t.parent SET v = v + 1 WHERE id = " + id);
                statement.execute("UPDATE t.plain SET v = v + 1 WHERE v = " + id + " LIMIT 1");
                if (i % 7 == 3) {
                    statement.execute("DELETE FROM t.parent WHERE id = " + id);
                }
                if (i % 11 == 5) {
                    statement.execute("DELETE FROM t.plain WHERE v > " + id + " LIMIT 3");
                }
            }
        }
    }
}
