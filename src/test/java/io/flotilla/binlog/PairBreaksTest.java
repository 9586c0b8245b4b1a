package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Breaks under load: whatever was acknowledged is there exactly once (into a table without a key, so that a second
/// time would show).
@Tag("system")
@Timeout(300)
final class PairBreaksTest {
    private static final int WRITERS = 8;
    private static final int BREAKS = 5;
    private static final int BETWEEN = 150;

    private final AtomicLong written = new AtomicLong();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final List<Future<Void>> writers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Pair pair;

    @BeforeEach
    void start() throws Exception {
        pair = Pair.start();
        pair.leader.execute("CREATE TABLE t.n (w INT, i INT) ENGINE=InnoDB");
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            writers.add(threads.submit(() -> write(writer)));
        }
    }

    @AfterEach
    void stop() throws IOException {
        stopping.set(true);
        pair.close();
        threads.close();
    }

    @Test
    void aKilledFollowerGoesOnWhereItsDataEnds() throws Exception {
        for (int i = 0; i < BREAKS; i++) {
            awaitMore();
            pair.follower.kill();
            awaitMore();
            pair.follower.restart();
            pair.follower.execute("START SLAVE");
        }

        endsEqual();
    }

    @Test
    void anAttachedAgainTapGoesOnWithoutAGap() throws Exception {
        for (int i = 0; i < BREAKS; i++) {
            awaitMore();
            pair.tap.close();
            pair.attach();
        }

        endsEqual();
    }

    @Test
    void anotherFeedGoesOnWithoutAGap() throws Exception {
        for (int i = 0; i < BREAKS; i++) {
            awaitMore();
            pair.feed.close();
            pair.feed = Feed.start(pair.log);
            pair.follower.execute("STOP SLAVE");
            pair.changeMaster();
            pair.follower.execute("START SLAVE");
        }

        endsEqual();
    }

    private void awaitMore() throws Exception {
        long target = written.get() + BETWEEN;
        eventually(Pair.PATIENCE, () -> assertThat(written.get()).isGreaterThan(target));
    }

    private void endsEqual() throws Exception {
        stopping.set(true);
        for (Future<Void> writer : writers) {
            writer.get();
        }
        pair.awaitApplied();
        pair.assertEqual();
        assertThat(pair.follower.query("SELECT COUNT(*) FROM t.n"))
                .isEqualTo(Long.toString(written.get()));
        assertThat(pair.follower.query("SELECT COUNT(DISTINCT w, i) FROM t.n"))
                .isEqualTo(Long.toString(written.get()));
    }

    private Void write(int writer) throws Exception {
        try (Connection connection = pair.leader.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; !stopping.get(); i++) {
                statement.execute("INSERT INTO t.n VALUES (" + writer + ", " + i + ")");
                written.incrementAndGet();
            }
        }
        return null;
    }
}
