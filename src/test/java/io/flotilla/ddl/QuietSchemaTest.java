package io.flotilla.ddl;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a server on which every commit waits for an acknowledgement that comes when the test says so.
class QuietSchemaTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private TestServer server;
    private QuietSchema schema;

    @BeforeEach
    void start() throws IOException, SQLException {
        server = TestServer.holding();
        schema = new QuietSchema(server.data());
        server.execute("create database app", "create table app.t (a int primary key)");
    }

    @AfterEach
    void stop() throws IOException, SQLException {
        acknowledge(true);
        threads.close();
        server.close();
    }

    private void acknowledge(boolean soon) throws SQLException {
        server.execute("set global rpl_semi_sync_master_enabled = " + (soon ? "OFF" : "ON"));
    }

    private Optional<Digest> read() throws SQLException, IOException {
        try (Connection connection = server.connect()) {
            return schema.read(connection);
        }
    }

    /// A statement is to be seen for a moment after its client has the answer, so this may have to ask again.
    private void assertReads(Digest expected) throws Exception {
        eventually(TestServer.PATIENCE, () -> assertThat(read()).contains(expected));
    }

    private Digest digest() throws SQLException {
        try (Connection connection = server.connect()) {
            return SchemaDigest.compute(connection);
        }
    }

    private CompletableFuture<Void> executing(String sql) throws Exception {
        CompletableFuture<Void> held =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                server.execute(sql);
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        threads);
        eventually(
                TestServer.PATIENCE,
                () ->
                        assertThat(
                                        server.query(
                                                "select count(*) from information_schema.processlist where state like '%semi-sync%' or state = 'User sleep'"))
                                .isEqualTo("1"));
        return held;
    }

    @Test
    void isThatOfAServerAtRest() throws Exception {
        assertReads(digest());

        server.execute("create view app.v as select 1 as one");
        assertReads(digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into app.t values (1)",
                "/* from the shop */ insert into app.t values (1)",
                " ( select sleep(5) )",
                "with a as (select 1) select sleep(5) from a"
            })
    void isReadBesideRows(String sql) throws Exception {
        acknowledge(false);
        CompletableFuture<Void> held = executing(sql);

        assertReads(digest());

        assertThat(held).isNotDone();
        acknowledge(true);
        held.join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table app.made (a int)",
                "/*!50000 create */ table app.made (a int)",
                "create user somebody",
                "set password for root@localhost = ''",
                "begin not atomic create table app.made (a int); end"
            })
    void isNotReadBesideADefinitionThatIsNotCommitted(String sql) throws Exception {
        acknowledge(false);
        CompletableFuture<Void> held = executing(sql);

        assertThat(read()).isEmpty();

        acknowledge(true);
        held.join();
        assertReads(digest());
    }

    /// What such a statement made is there for as long as it runs, and nothing tells of it afterwards.
    @Test
    void isNotReadBesideADefinitionThatComesToNothing() throws Exception {
        Digest before = digest();
        CompletableFuture<Void> failing =
                executing(
                        "create table app.made (a int primary key) select 1 as a union all select sleep(2) + 1");

        assertThat(read()).isEmpty();

        assertThat(failing.handle((nothing, failure) -> failure).join()).isNotNull();
        assertReads(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create or replace table app.t (a int primary key)",
                "create table if not exists app.t (a int)",
                "drop procedure if exists app.p"
            })
    void isNotReadWhenADefinitionBeganAndEndedMeanwhile(String sql) throws Exception {
        try (Connection connection = server.connect()) {
            assertThat(schema.read(withinReading(connection, sql))).isEmpty();
            assertReads(digest());
        }
    }

    /// A connection that, when the reading has begun, has this executed by another.
    private Connection withinReading(Connection connection, String sql) {
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("getAutoCommit")) {
                                server.execute(sql);
                            }
                            return method.invoke(connection, arguments);
                        });
    }
}
