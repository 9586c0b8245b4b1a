package io.flotilla.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServerStateTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.leader();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void listsPreparedXaTransactions() throws SQLException {
        server.execute("create database x", "create table x.t (a int primary key)");
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            assertThat(ServerState.xaPrepared(connection)).isEmpty();
            statement.execute("xa start 'ab', X'ff0027', 5");
            statement.execute("insert into x.t values (1)");
            statement.execute("xa end 'ab', X'ff0027', 5");
            statement.execute("xa prepare 'ab', X'ff0027', 5");

            assertThat(ServerState.xaPrepared(connection)).containsExactly("X'6162',X'ff0027',5");
            statement.execute("xa rollback 'ab', X'ff0027', 5");
        }
    }

    @Test
    void findsTablesThatAreNotInnoDbs() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create database e");
            statement.execute("create table e.good (a int)");
            statement.execute("create sequence e.sequence");
            statement.execute("create view e.view as select 1");
            assertThat(ServerState.nonInnoDbTables(connection)).isEmpty();
            statement.execute("set sql_mode = ''");
            statement.execute(
                    "create table e.hole (a int) partition by range (a)"
                            + " (partition p0 values less than (5) engine=MyISAM)");

            assertThat(ServerState.nonInnoDbTables(connection)).containsExactly("e.hole (MyISAM)");
        }
    }
}
