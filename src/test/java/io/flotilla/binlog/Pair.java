package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A leader and a follower joined by tap, list and feed, without consensus.
final class Pair implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Pair.class);
    private static final AtomicLong REPLICA = new AtomicLong(3_000_000_000L);

    final MariaDb leader;
    final MariaDb follower;
    final TransactionList log = new TransactionList();
    final Recorder recorder = new Recorder();
    volatile boolean acknowledging = true;
    Tap tap;
    Feed feed;

    private Pair(MariaDb leader, MariaDb follower) {
        this.leader = leader;
        this.follower = follower;
    }

    static Pair start() throws Exception {
        return start(Feed.FILE_LIMIT);
    }

    static Pair start(long fileLimit, String... followerOptions) throws Exception {
        Pair pair = new Pair(MariaDb.leader(), MariaDb.follower(followerOptions));
        pair.attach();
        pair.log.format(pair.tap.formatDescription());
        pair.feed = Feed.start(pair.log, fileLimit);
        pair.follow("");
        return pair;
    }

    void attach() throws IOException {
        tap = Tap.attach(leader.address(), REPLICA.incrementAndGet(), log.last(), recorder);
        // the first calls may have come before the tap was known here
        recorder.acknowledge();
    }

    void follow(String position) throws SQLException {
        follower.execute("SET GLOBAL gtid_slave_pos='" + position + "'");
        changeMaster();
        follower.execute("START SLAVE");
    }

    void changeMaster() throws SQLException {
        FeedAddress address = feed.address();
        follower.execute(
                "CHANGE MASTER TO MASTER_HOST='"
                        + address.host()
                        + "', MASTER_PORT="
                        + address.port()
                        + ", MASTER_USER='"
                        + address.user()
                        + "', MASTER_PASSWORD='"
                        + address.password()
                        + "', MASTER_USE_GTID=slave_pos, MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0,"
                        + " MASTER_HEARTBEAT_PERIOD=0.5, MASTER_CONNECT_RETRY=1");
    }

    /// Waits until the follower has applied all that was written on the leader.
    void awaitApplied() throws Exception {
        String written = leader.query("SELECT @@gtid_binlog_pos");
        eventually(PATIENCE, () -> assertThat(log.last()).hasToString(written));
        try {
            eventually(
                    PATIENCE,
                    () -> assertThat(follower.query("SELECT @@gtid_slave_pos")).isEqualTo(written));
        } catch (AssertionError e) {
            throw new AssertionError(slaveStatus() + logOf(follower), e);
        }
    }

    private static String logOf(MariaDb server) {
        try {
            String log = server.log();
            return log.substring(Math.max(0, log.length() - 3000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// One column of `SHOW SLAVE STATUS`.
    String slave(String column) throws SQLException {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SLAVE STATUS")) {
            return row.next() ? String.valueOf(row.getString(column)) : "";
        }
    }

    String slaveStatus() throws SQLException {
        StringBuilder status = new StringBuilder();
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SLAVE STATUS")) {
            if (row.next()) {
                for (String column :
                        List.of(
                                "Slave_IO_Running",
                                "Slave_SQL_Running",
                                "Last_IO_Errno",
                                "Last_IO_Error",
                                "Last_SQL_Error",
                                "Master_Log_File",
                                "Read_Master_Log_Pos",
                                "Gtid_IO_Pos")) {
                    status.append(column).append('=').append(row.getString(column)).append('\n');
                }
            }
        }
        return status.toString();
    }

    /// Compares names and contents of all tables of database `t`.
    void assertEqual() throws SQLException {
        assertThat(checksums(follower)).isEqualTo(checksums(leader));
    }

    private static List<String> checksums(MariaDb server) throws SQLException {
        List<String> sums = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SHOW TABLES IN t")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows =
                        statement.executeQuery("CHECKSUM TABLE t." + table + " EXTENDED")) {
                    rows.next();
                    sums.add(table + " " + rows.getString(2));
                }
                try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t." + table)) {
                    rows.next();
                    sums.add(table + " has " + rows.getString(1));
                }
            }
        }
        return sums;
    }

    @Override
    public void close() throws IOException {
        try (leader;
                follower) {
            feed.close();
            tap.close();
        }
    }

    final class Recorder implements TapListener {
        volatile Throwable broken;
        volatile BinlogPosition end;

        @Override
        public void slice(Slice slice) {
            log.add(slice);
            if (slice.last()) {
                end = slice.end();
            }
        }

        @Override
        public void idle() {
            acknowledge();
        }

        private void acknowledge() {
            if (acknowledging && end != null) {
                tap.acknowledge(end);
            }
        }

        @Override
        public void broken(Throwable cause) {
            broken = cause;
            LOG.error("tap broke", cause);
        }
    }
}
