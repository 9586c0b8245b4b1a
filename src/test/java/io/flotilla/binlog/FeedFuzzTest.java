package io.flotilla.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// What a replica that has logged in to a feed may say, damaged: answered, or the end of its connection.
@Timeout(60)
final class FeedFuzzTest {
    private static final int CASES = 300;
    private static final List<String> QUESTIONS =
            List.of(
                    "SELECT UNIX_TIMESTAMP()",
                    "SHOW VARIABLES LIKE 'SERVER_ID'",
                    "SET @master_heartbeat_period=1000000000",
                    "SET @master_binlog_checksum=@@global.binlog_checksum",
                    "SET @slave_connect_state='0-1-5'",
                    "SET NAMES utf8mb4",
                    "KILL 7");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TransactionList transactions = new TransactionList();
    private Feed feed;

    @BeforeEach
    void start() throws IOException {
        logger().addAppender(log);
        log.start();
        feed = Feed.start(transactions);
    }

    @AfterEach
    void stop() {
        feed.close();
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(FeedSession.class);
    }

    private static byte[] command(byte[] payload) {
        return new Payload().u32(payload.length).raw(payload).toBytes();
    }

    @Test
    void commandsOfAReplica() throws IOException {
        transactions.format(TestEvents.format());
        Payload all = new Payload();
        QUESTIONS.forEach(sql -> all.raw(command(new Payload().u8(3).text(sql).toBytes())));
        byte[] register = command(new Payload().u8(0x15).u32(77).zeros(13).toBytes());
        byte[] dump = command(new Payload().u8(0x12).u32(4).u16(0).u32(77).toBytes());
        byte[] whole = all.raw(register).raw(dump).toBytes();

        Fuzz.of(List.of(whole, dump, register))
                .refusedBy(IOException.class)
                .run(
                        CASES,
                        bytes -> {
                            try (RawReplica replica = RawReplica.of(feed.address())) {
                                replica.rawToEnd(bytes);
                            }
                        });

        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                .isEmpty();
        try (RawReplica replica = RawReplica.of(feed.address())) {
            assertThat(replica.query("SELECT UNIX_TIMESTAMP()")).isNotEmpty();
        }
    }

    @Test
    void questions() {
        List<byte[]> samples =
                QUESTIONS.stream().map(sql -> sql.getBytes(StandardCharsets.UTF_8)).toList();
        Fuzz.of(samples)
                .run(
                        50_000,
                        bytes ->
                                assertThat(
                                                new ReplicaConversation(Clock.systemUTC())
                                                        .answer(
                                                                new String(
                                                                        bytes,
                                                                        StandardCharsets.UTF_8)))
                                        .isNotNull());
    }
}
