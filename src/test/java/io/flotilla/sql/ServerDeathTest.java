package io.flotilla.sql;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class ServerDeathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path directory;

    @Test
    void makesWritesUnknownThatWereUnderWayAndNoneThatCameLater() throws Exception {
        try (LeadingServer server = LeadingServer.start(directory)) {
            FakeReplica replica = new FakeReplica(1, List.of());
            replica.leads(server.reign()).serves(server.server().http());
            try (LocalSql sql = new LocalSql(replica, SqlConfig.defaults())) {
                server.hold();
                Write create = Statements.createDatabase(Name.database("name", "late"));
                CompletableFuture<Attempt> held =
                        CompletableFuture.supplyAsync(() -> write(sql, server, create));
                eventually(
                        PATIENCE,
                        () ->
                                assertThat(
                                                server.query(
                                                        "SELECT COUNT(*) FROM"
                                                                + " information_schema.processlist"
                                                                + " WHERE info LIKE 'CREATE"
                                                                + " DATABASE%'"))
                                        .isEqualTo("1"));

                ListAppender<ILoggingEvent> said = new ListAppender<>();
                said.start();
                Logger log = (Logger) LoggerFactory.getLogger(WriteRun.class);
                log.addAppender(said);
                server.server().kill();

                assertThatThrownBy(() -> held.get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                FlotillaException.class,
                                e -> assertThat(e.failure()).isEqualTo(Failure.UNKNOWN));
                log.detachAppender(said);
                assertThat(said.list)
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .singleElement()
                        .asString()
                        .contains("not sent anywhere again: CREATE DATABASE IF NOT EXISTS `late`");
                assertThat(write(sql, server, create)).isInstanceOf(Attempt.NotHere.class);
                // Given back just after the answer.
                eventually(PATIENCE, () -> assertThat(server.reign().passes()).isZero());
            }
        }
    }

    @Test
    void isWhatAQueryIsToldThatWasUnderWayAndNoneThatCameLater() throws Exception {
        try (LeadingServer server = LeadingServer.start(directory)) {
            FakeReplica replica = new FakeReplica(1, List.of());
            replica.leads(server.reign()).serves(server.server().http());
            try (LocalSql sql = new LocalSql(replica, SqlConfig.defaults())) {
                Query query = new Query("SELECT SLEEP(19), 'secret'", Footprint.TRACES);
                CompletableFuture<Boolean> asked =
                        CompletableFuture.supplyAsync(() -> read(sql, query));
                eventually(
                        PATIENCE,
                        () ->
                                assertThat(
                                                server.query(
                                                        "SELECT COUNT(*) FROM"
                                                                + " information_schema.processlist"
                                                                + " WHERE info LIKE '%SLEEP(19)%' AND"
                                                                + " user = 'flotilla_http'"))
                                        .isEqualTo("1"));
                ListAppender<ILoggingEvent> said = new ListAppender<>();
                said.start();
                Logger log = (Logger) LoggerFactory.getLogger(QueryRun.class);
                log.addAppender(said);

                server.server().kill();

                assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                FlotillaException.class,
                                e -> assertThat(e.failure()).isEqualTo(Failure.UNKNOWN));
                log.detachAppender(said);
                assertThat(said.list)
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .singleElement()
                        .asString()
                        .endsWith("not sent anywhere again: SELECT SLEEP(?), ?");
                assertThat(read(sql, query)).isFalse();
            }
        }
    }

    private static boolean read(LocalSql sql, Query query) {
        try {
            return sql.read(query, Deadline.in(PATIENCE), new BufferedRows(1 << 20).sink());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Attempt write(LocalSql sql, LeadingServer server, Write write) {
        try {
            return sql.write(server.reign(), write, Deadline.in(PATIENCE));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
