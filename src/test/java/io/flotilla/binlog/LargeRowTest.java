package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rows larger than a packet, through tap and feed.
@Tag("system")
@Timeout(200)
final class LargeRowTest {
    private static final int[] LARGE = {
        70_000, 1_000_000, Slice.MAX_BYTES, 16_777_100, 17_000_000, 33_554_300, 50_000_000
    };

    private Pair pair;

    @BeforeEach
    void start() throws Exception {
        pair = Pair.start();
    }

    @AfterEach
    void stop() throws Exception {
        pair.close();
    }

    /// Around the sizes at which packets are split, and where a slice is not the end of an event.
    @Test
    void carriesLargeRows() throws Exception {
        pair.leader.execute("CREATE TABLE t.b (id INT PRIMARY KEY, v LONGBLOB) ENGINE=InnoDB");
        try (Connection connection = pair.leader.connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO t.b VALUES (?, ?)")) {
            int id = 0;
            for (int size : LARGE) {
                byte[] value = new byte[size];
                new Random(size).nextBytes(value);
                insert.setInt(1, id++);
                insert.setBytes(2, value);
                insert.execute();
            }
        }

        pair.awaitApplied();

        pair.assertEqual();
        assertThat(pair.follower.query("SELECT MAX(LENGTH(v)) FROM t.b")).isEqualTo("50000000");
    }

    /// An event of exactly as many bytes as makes its last packet full is followed by an empty packet.
    @Test
    void carriesRowsWhosePacketsAreJustFull() throws Exception {
        pair.leader.execute(
                "CREATE TABLE t.b (id INT PRIMARY KEY, v LONGBLOB) ENGINE=InnoDB",
                "INSERT INTO t.b VALUES (0, REPEAT('x', 70000))");
        pair.awaitApplied();
        int overhead = largestEvent(pair.log.slices().getLast().bytes()) - 70_000;
        // before an event the feed puts one byte, a leader for its tap three
        int feed = PacketHeader.MAX_PAYLOAD - 1 - overhead;
        int tap = PacketHeader.MAX_PAYLOAD - 3 - overhead;

        for (int size : new int[] {tap - 1, tap, tap + 1, feed, feed + 1}) {
            pair.leader.execute("INSERT INTO t.b VALUES (" + size + ", REPEAT('y', " + size + "))");
        }

        pair.awaitApplied();
        pair.assertEqual();
        assertThat(pair.recorder.broken).isNull();
    }

    private static int largestEvent(byte[] events) throws ProtocolException {
        int largest = 0;
        for (int at = 0; at < events.length; ) {
            int length = EventHeader.read(events, at).length();
            largest = Math.max(largest, length);
            at += length;
        }
        return largest;
    }
}
