package io.flotilla.ddl;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A leader's server whose semi-synchronous replica does not acknowledge: a CREATE TABLE waits, with its locks.
class HeldDdlTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.holding();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void blocksTheDigestForAMomentAndTheTableIdsNotAtAll() throws Exception {
        server.execute("create database app", "create table app.t (a int)");
        server.execute("set global rpl_semi_sync_master_enabled = ON");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection connection = server.connect()) {
            TableIds before = TableIds.read(connection);
            CompletableFuture<Void> held =
                    CompletableFuture.runAsync(HeldDdlTest::createTable, threads);
            eventually(
                    TestServer.PATIENCE,
                    () ->
                            assertThat(
                                            server.query(
                                                    "select state from information_schema.processlist where info like 'create table%'"))
                                    .contains("semi-sync"));

            assertThatThrownBy(() -> SchemaDigest.compute(connection))
                    .isInstanceOf(SchemaBusyException.class);
            assertThat(TableIds.read(connection).changedSince(before)).containsExactly("app/held");

            server.execute("set global rpl_semi_sync_master_enabled = OFF");
            held.join();
            assertThat(SchemaDigest.read(connection).objects()).containsKey("table app.held");
        }
    }

    private static void createTable() {
        try {
            server.execute("create table app.held (a int)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
