package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The feed with a real replica, in virtual files so small that most tests see several of them.
@Timeout(120)
final class FeedTest {
    private static final int SMALL_FILE = 4096;
    private static Pair pair;

    @BeforeAll
    static void start() throws Exception {
        pair = Pair.start(SMALL_FILE);
        pair.leader.execute("CREATE TABLE t.n (v INT) ENGINE=InnoDB");
    }

    @AfterAll
    static void stop() throws IOException {
        pair.close();
    }

    @AfterEach
    void compare() throws Exception {
        pair.awaitApplied();
        pair.assertEqual();
        assertThat(pair.recorder.broken).isNull();
    }

    @Test
    void beginsANewVirtualFileWhenOneIsFull() throws Exception {
        String before = pair.slave("Master_Log_File");

        insert(100);

        pair.awaitApplied();
        assertThat(pair.slave("Master_Log_File")).isGreaterThan(before).startsWith("feed.");
    }

    @Test
    void goesOnWhenItsReplicaStopsAndStarts() throws Exception {
        for (int i = 0; i < 5; i++) {
            insert(40);
            pair.follower.execute("STOP SLAVE IO_THREAD", "START SLAVE IO_THREAD");
            insert(40);
        }
    }

    @Test
    void goesOnAtAnotherFeedWhereTheOneBeforeEnded() throws Exception {
        insert(50);
        pair.feed.close();
        assertThat(pair.log.openCursors()).isZero();
        insert(50);

        pair.feed = Feed.start(pair.log, SMALL_FILE);
        pair.follower.execute("STOP SLAVE");
        pair.changeMaster();
        pair.follower.execute("START SLAVE");

        pair.awaitApplied();
    }

    @Test
    void sendsANewFormatBetweenTransactions() throws Exception {
        insert(10);
        pair.awaitApplied();
        byte[] other = pair.tap.formatDescription();
        byte[] version =
                Arrays.copyOfRange(other, Events.HEADER_BYTES + 2, Events.HEADER_BYTES + 8);
        assertThat(version).containsExactly('1', '1', '.', '4', '.', '5');
        other[Events.HEADER_BYTES + 7] = '6';
        Events.seal(other);
        String before = pair.slave("Master_Log_File");

        pair.log.format(other);
        insert(2);

        pair.awaitApplied();
        assertThat(pair.slave("Master_Log_File")).isGreaterThan(before);
    }

    @Test
    void doesNotRepeatAFormatThatDiffersOnlyInItsTimeAndServer() throws Exception {
        pair.follower.execute("STOP SLAVE", "START SLAVE");
        insert(1);
        pair.awaitApplied();
        byte[] same = lastFormat();
        LittleEndian.put32(same, 0, 1_234_567);
        LittleEndian.put32(same, Events.SERVER_ID_OFFSET, 99);
        LittleEndian.put32(same, Events.FORMAT_CREATED_OFFSET, 1_234_567);
        Events.seal(same);
        String before = pair.slave("Master_Log_File");

        pair.log.format(same);
        insert(1);

        pair.awaitApplied();
        assertThat(pair.slave("Master_Log_File")).isEqualTo(before);
    }

    @Test
    void tellsItsReplicaNowAndThenThatItIsThere() throws Exception {
        long before = Long.parseLong(heartbeats());

        eventually(
                Pair.PATIENCE,
                () -> assertThat(Long.parseLong(heartbeats())).isGreaterThan(before + 1));

        assertThat(pair.slave("Slave_IO_Running")).isEqualTo("Yes");
    }

    @Test
    void stopsAReplicaForGoodThatAsksForAnUnknownPosition() throws Exception {
        String position = pair.follower.query("SELECT @@gtid_slave_pos");
        pair.follower.execute(
                "STOP SLAVE", "SET GLOBAL gtid_slave_pos='0-1-999999'", "START SLAVE");

        eventually(Pair.PATIENCE, () -> assertThat(pair.slave("Last_IO_Errno")).isEqualTo("1236"));

        assertThat(pair.slave("Slave_IO_Running")).isEqualTo("No");
        pair.follower.execute(
                "STOP SLAVE", "SET GLOBAL gtid_slave_pos='" + position + "'", "START SLAVE");
    }

    @Test
    void stopsAReplicaThatLogsInWrongly() throws Exception {
        pair.follower.execute(
                "STOP SLAVE", "CHANGE MASTER TO MASTER_PASSWORD='wrong'", "START SLAVE");

        eventually(Pair.PATIENCE, () -> assertThat(pair.slave("Last_IO_Errno")).isEqualTo("1045"));

        pair.follower.execute("STOP SLAVE");
        pair.changeMaster();
        pair.follower.execute("START SLAVE");
    }

    private static byte[] lastFormat() {
        return pair.log.lastFormat();
    }

    private static String heartbeats() throws Exception {
        return pair.follower.query(
                "SELECT variable_value FROM information_schema.global_status"
                        + " WHERE variable_name = 'SLAVE_RECEIVED_HEARTBEATS'");
    }

    private static void insert(int rows) throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < rows; i++) {
                statement.execute("INSERT INTO t.n VALUES (" + i + ")");
            }
        }
    }
}
