package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The tap on a real leader.
@Timeout(60)
final class TapTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicLong REPLICA = new AtomicLong(2_000_000_000L);
    private static MariaDb leader;

    private final Collector collector = new Collector();
    private Tap tap;

    @BeforeAll
    static void start() throws Exception {
        leader = MariaDb.leader();
        Collector first = new Collector();
        try (Tap tap = attach(Gtid.NONE, first)) {
            first.acknowledge(tap);
            leader.execute("CREATE TABLE t.a (id INT PRIMARY KEY AUTO_INCREMENT, b LONGBLOB)");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        leader.close();
    }

    @BeforeEach
    void attach() throws Exception {
        tap = attach(written(), collector);
    }

    /// Nothing may be left waiting for the next test.
    @AfterEach
    void release() throws Exception {
        tap.close();
        Collector last = new Collector();
        try (Tap mopUp = attach(Gtid.NONE, last)) {
            last.acknowledge(mopUp);
            eventually(PATIENCE, () -> assertThat(waiting()).isZero());
        }
    }

    @Test
    void holdsACommitUntilItIsAcknowledged() throws Exception {
        String before = count();
        CompletableFuture<Void> commit = insert("x");
        eventually(PATIENCE, () -> assertThat(collector.transactions()).isOne());

        assertThat(commit).isNotDone();
        assertThat(count()).isEqualTo(before);

        tap.acknowledge(collector.end());

        commit.join();
        assertThat(Integer.parseInt(count())).isEqualTo(Integer.parseInt(before) + 1);
    }

    @Test
    void releasesAllCommitsUpToTheAcknowledgedOne() throws Exception {
        collector.acknowledge(tap);
        leader.execute("INSERT INTO t.a (b) VALUES ('a')", "INSERT INTO t.a (b) VALUES ('b')");
        collector.acknowledge(null);
        List<CompletableFuture<Void>> commits = List.of(insert("x"), insert("y"));
        // the second group of commits is in the binlog, unacknowledged like the first
        eventually(PATIENCE, () -> assertThat(collector.transactions()).isEqualTo(4));

        tap.acknowledge(collector.end());

        commits.forEach(CompletableFuture::join);
    }

    @Test
    void givesWhatWasNotAcknowledgedAgainAfterABreak() throws Exception {
        Gtid before = written();
        CompletableFuture<Void> commit = insert("again");
        eventually(PATIENCE, () -> assertThat(collector.transactions()).isOne());
        tap.close();

        Collector second = new Collector();
        tap = attach(before, second);

        eventually(PATIENCE, () -> assertThat(second.transactions()).isOne());
        assertThat(commit).isNotDone();
        assertThat(second.slices.getFirst().gtid().seq()).isEqualTo(before.seq() + 1);
        assertThat(second.slices.getFirst().bytes()).isEqualTo(collector.slices.getFirst().bytes());
        assertThat(collector.broken.get()).isNull();
        tap.acknowledge(second.end());
        commit.join();
    }

    @Test
    void goesOnBehindAnXaPrepare() throws Exception {
        collector.acknowledge(tap);
        leader.execute(
                "XA START 'p'",
                "INSERT INTO t.a (b) VALUES ('xa')",
                "XA END 'p'",
                "XA PREPARE 'p'");
        Gtid prepared = collector.slices.getLast().gtid();
        // The server knows no such transaction (XAER_NOTA) until it has seen that the session which
        // prepared it has ended.
        eventually(
                PATIENCE,
                () ->
                        assertThatCode(() -> leader.execute("XA COMMIT 'p'"))
                                .doesNotThrowAnyException());
        leader.execute("INSERT INTO t.a (b) VALUES ('x')");
        tap.close();

        Collector second = new Collector();
        tap = attach(prepared, second);

        eventually(PATIENCE, () -> assertThat(second.transactions()).isEqualTo(2));
        assertThat(second.slices.getFirst().gtid().seq()).isEqualTo(prepared.seq() + 1);
        assertThat(second.slices.getFirst().flags() & Slice.COMPLETED_XA).isNotZero();
    }

    @Test
    void followsTheServerIntoItsNextFile() throws Exception {
        collector.acknowledge(tap);
        leader.execute("INSERT INTO t.a (b) VALUES ('x')");
        String file = collector.end().file();

        leader.execute("FLUSH BINARY LOGS", "INSERT INTO t.a (b) VALUES ('y')");

        assertThat(collector.end().file()).isGreaterThan(file);
    }

    @Test
    void cutsALargeTransactionIntoSlices() throws Exception {
        collector.acknowledge(tap);

        leader.execute("INSERT INTO t.a (b) VALUES (REPEAT('x', 17000000))");

        List<Slice> slices = collector.slices;
        assertThat(slices).hasSizeGreaterThan(16);
        assertThat(slices.getFirst().first()).isTrue();
        assertThat(slices.getLast().last()).isTrue();
        assertThat(slices.subList(1, slices.size())).noneMatch(Slice::first);
        assertThat(slices.subList(0, slices.size() - 1)).noneMatch(Slice::last);
        assertThat(slices).allMatch(slice -> slice.gtid().equals(slices.getFirst().gtid()));
    }

    @Test
    void isRefusedAPositionTheServerDoesNotHave() throws Exception {
        Gtid future = new Gtid(0, 1, written().seq() + 100);

        assertThatThrownBy(() -> attach(future, new Collector()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.errno()).isEqualTo(RefusedException.UNKNOWN_POSITION));
    }

    @Test
    void isRefusedWithAWrongPassword() {
        TapAddress address = leader.address();
        TapAddress wrong = new TapAddress(address.socket(), address.user(), "wrong");

        assertThatThrownBy(() -> Tap.attach(wrong, REPLICA.incrementAndGet(), Gtid.NONE, collector))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.errno()).isEqualTo(1045));
    }

    @Test
    void refusesAServerWithoutChecksums() throws Exception {
        tap.close();
        try (MariaDb plain = MariaDb.leader("--binlog-checksum=NONE")) {
            assertThatThrownBy(() ->
                            Tap.attach(
                                    plain.address(),
                                    REPLICA.incrementAndGet(),
                                    Gtid.NONE,
                                    collector))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("CRC32");
        }
    }

    @Test
    void breaksOnceWhenItsServerDies() throws Exception {
        tap.close();
        try (MariaDb mortal = MariaDb.leader()) {
            tap = Tap.attach(mortal.address(), REPLICA.incrementAndGet(), Gtid.NONE, collector);

            mortal.kill();

            eventually(
                    PATIENCE,
                    () -> assertThat(collector.broken.get()).isInstanceOf(IOException.class));
            tap.acknowledge(new BinlogPosition("bin.000001", 4));
            assertThat(collector.breaks.get()).isOne();
        }
    }

    @Test
    void breaksWithWhatItsListenerThrows() throws Exception {
        tap.close();
        IllegalStateException failure = new IllegalStateException("log is full");
        Collector failing =
                new Collector() {
                    @Override
                    public void slice(Slice slice) {
                        throw failure;
                    }
                };
        tap = attach(written(), failing);

        CompletableFuture<Void> commit = insert("x");

        eventually(PATIENCE, () -> assertThat(failing.broken.get()).isSameAs(failure));
        assertThat(commit).isNotDone();
    }

    @Test
    void readsTheFormatWithoutReleasingAnything() throws Exception {
        CompletableFuture<Void> commit = insert("held");
        eventually(PATIENCE, () -> assertThat(collector.transactions()).isOne());

        byte[] format = Tap.readFormatDescription(leader.address(), REPLICA.incrementAndGet());

        Events.checkFormat(format);
        eventually(PATIENCE, () -> assertThat(dumpThreads()).isEqualTo("1"));
        assertThat(commit).isNotDone();
        assertThat(format).hasSameSizeAs(tap.formatDescription());
    }

    @Test
    void leavesNoDumpThreadLongAfterItsClose() throws Exception {
        tap.close();

        eventually(Duration.ofSeconds(2), () -> assertThat(dumpThreads()).isEqualTo("0"));
    }

    @Test
    void countsWhatItDoes() throws Exception {
        collector.acknowledge(tap);

        leader.execute("INSERT INTO t.a (b) VALUES ('x')");

        eventually(
                PATIENCE,
                () -> {
                    assertThat(tap.counters().transactions()).isOne();
                    assertThat(tap.counters().acknowledgements()).isOne();
                    assertThat(tap.counters().bytes()).isGreaterThan(100);
                });
    }

    private static Tap attach(Gtid after, TapListener listener) throws IOException {
        return Tap.attach(leader.address(), REPLICA.incrementAndGet(), after, listener);
    }

    private static Gtid written() throws SQLException {
        return Gtid.parse(leader.query("SELECT @@gtid_binlog_pos"));
    }

    private static String count() throws SQLException {
        return leader.query("SELECT COUNT(*) FROM t.a");
    }

    private static String dumpThreads() throws SQLException {
        return leader.query(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'");
    }

    private static int waiting() throws SQLException {
        return Integer.parseInt(
                leader.query(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE command <> 'Sleep'"
                                + " AND command <> 'Daemon' AND command NOT LIKE 'Binlog Dump%'"
                                + " AND user = 'root' AND id <> CONNECTION_ID()"));
    }

    private static CompletableFuture<Void> insert(String value) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        leader.execute("INSERT INTO t.a (b) VALUES ('" + value + "')");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread);
    }
}
