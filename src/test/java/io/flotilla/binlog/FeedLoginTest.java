package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a feed says to whoever connects.
@Timeout(30)
final class FeedLoginTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TransactionList log = new TransactionList();
    private Feed feed;

    @BeforeEach
    void start() throws IOException {
        feed = Feed.start(log);
    }

    @AfterEach
    void stop() {
        feed.close();
    }

    @Test
    void refusesAWrongPassword() throws IOException {
        try (RawReplica replica = new RawReplica(feed.address())) {
            byte[] verdict = replica.logIn(feed.address().user(), "wrong");

            assertThat(PacketHeader.refused(verdict).errno()).isEqualTo(Reply.ACCESS_DENIED);
            assertThatThrownBy(replica::read).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void refusesAnotherUserWithTheRightPassword() throws IOException {
        try (RawReplica replica = new RawReplica(feed.address())) {
            byte[] verdict = replica.logIn("root", feed.address().password());

            assertThat(PacketHeader.refused(verdict).errno()).isEqualTo(Reply.ACCESS_DENIED);
        }
    }

    @Test
    void hasItsOwnSecretEachTime() throws IOException {
        try (Feed other = Feed.start(log)) {
            assertThat(other.address().password()).isNotEqualTo(feed.address().password());
            assertThat(feed.address().toString()).doesNotContain(feed.address().password());
        }
    }

    /// The server comes again and again, and nobody else would start the feed anew.
    @Test
    void takesTheNextConnectionWhenTheSystemHadNoThreadForOne() throws IOException {
        AtomicBoolean refused = new AtomicBoolean();
        ThreadFactory poor =
                session -> {
                    if (refused.compareAndSet(false, true)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return Thread.ofPlatform().daemon().unstarted(session);
                };
        try (Feed needy = Feed.start(log, Feed.FILE_LIMIT, poor)) {
            try (RawReplica first = new RawReplica(needy.address())) {
                assertThatThrownBy(first::read).isInstanceOf(EOFException.class);
            }
            try (RawReplica next = RawReplica.of(needy.address())) {
                assertThat(next.query("SELECT UNIX_TIMESTAMP()")).isNotEmpty();
            }
        }
    }

    @Test
    void refusesAReplicaThatWantsNoChecksums() throws IOException {
        try (RawReplica replica = RawReplica.of(feed.address())) {
            byte[] answer = replica.query("SET @master_binlog_checksum='NONE'");

            assertThat(PacketHeader.refused(answer)).hasMessageContaining("CRC32");
        }
    }

    @Test
    void refusesADumpByPosition() throws IOException {
        try (RawReplica replica = RawReplica.of(feed.address())) {
            replica.write(0, new Payload().u8(0x12).u32(4).u16(0).u32(77).toBytes());

            assertThat(PacketHeader.refused(replica.read())).hasMessageContaining("GTID");
        }
    }

    @Test
    void refusesAQueryItDoesNotKnowAndGoesOn() throws IOException {
        try (RawReplica replica = RawReplica.of(feed.address())) {
            byte[] answer = replica.query("DROP DATABASE mysql");

            assertThat(PacketHeader.refused(answer).errno()).isEqualTo(Reply.UNKNOWN_QUERY);
            assertThat(replica.query("SET NAMES utf8")[0]).isZero();
        }
    }

    @Test
    void refusesACommandItDoesNotKnow() throws IOException {
        try (RawReplica replica = RawReplica.of(feed.address())) {
            replica.write(0, new byte[] {0x1f, 1, 2, 3});

            assertThat(PacketHeader.refused(replica.read()).errno())
                    .isEqualTo(Reply.UNKNOWN_COMMAND);
        }
    }

    @Test
    void answersAnUnknownPositionWithError1236() throws IOException {
        try (RawReplica replica = RawReplica.of(feed.address())) {
            replica.dump("0-1-5");

            assertThat(PacketHeader.refused(replica.read()).errno()).isEqualTo(1236);
        }
    }

    @Test
    void endsTheStreamBeforeWhenANewOneBegins() throws Exception {
        log.format(TestEvents.format());
        try (RawReplica first = RawReplica.of(feed.address());
                RawReplica second = RawReplica.of(feed.address())) {
            first.dump("");
            assertThat(first.read()).isNotEmpty();

            second.dump("");

            assertThat(second.read()).isNotEmpty();
            first.readToEnd();
            assertThat(log.openCursors()).isOne();
        }
    }

    @Test
    void endsAStreamWhenItsSessionIsKilled() throws Exception {
        log.format(TestEvents.format());
        try (RawReplica first = RawReplica.of(feed.address());
                RawReplica second = RawReplica.of(feed.address())) {
            first.dump("");
            assertThat(first.read()).isNotEmpty();

            assertThat(second.query("KILL 1")[0]).isZero();

            first.readToEnd();
            eventually(PATIENCE, () -> assertThat(log.openCursors()).isZero());
        }
    }

    @Test
    void noticesWhenItsReplicaHasGone() throws Exception {
        log.format(TestEvents.format());
        try (RawReplica replica = RawReplica.of(feed.address())) {
            replica.dump("");
            assertThat(replica.read()).isNotEmpty();
        }

        eventually(PATIENCE, () -> assertThat(log.openCursors()).isZero());
    }

    @Test
    void hasClosedItsCursorsWhenItIsClosed() throws Exception {
        log.format(TestEvents.format());
        try (RawReplica replica = RawReplica.of(feed.address())) {
            replica.dump("");
            assertThat(replica.read()).isNotEmpty();

            feed.close();

            assertThat(log.openCursors()).isZero();
            replica.readToEnd();
        }
    }

    @Test
    void closesConnectionsBeyondItsLimit() throws IOException {
        RawReplica[] many = new RawReplica[Feed.MAX_CONNECTIONS];
        for (int i = 0; i < many.length; i++) {
            many[i] = RawReplica.of(feed.address());
        }
        try (RawReplica oneMore = new RawReplica(feed.address())) {
            assertThatThrownBy(oneMore::read).isInstanceOf(IOException.class);
        }
        for (RawReplica replica : many) {
            replica.close();
        }
    }

    @Test
    void survivesGarbage() throws IOException {
        Random random = new Random(20251125);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(1, 300)];
            random.nextBytes(garbage);
            try (RawReplica replica = new RawReplica(feed.address())) {
                replica.read();
                if (random.nextBoolean()) {
                    replica.raw(garbage);
                } else {
                    replica.write(1, garbage);
                }
            }
        }
        try (RawReplica replica = RawReplica.of(feed.address())) {
            assertThat(replica.query("SELECT UNIX_TIMESTAMP()")).isNotEmpty();
        }
    }
}
