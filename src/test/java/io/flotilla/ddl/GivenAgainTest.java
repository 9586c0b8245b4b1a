package io.flotilla.ddl;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What [Doubt#HARMLESS] claims, on a real replica: each statement has run there already when it is given.
class GivenAgainTest {
    private static TestServer leader;
    private static TestServer follower;

    @BeforeAll
    static void start() throws Exception {
        leader = TestServer.leader();
        follower = TestServer.follower();
        follower.follow(leader);
    }

    @AfterAll
    static void stop() throws IOException {
        leader.close();
        follower.close();
    }

    private static final List<String> HARMLESS =
            List.of(
                    "create database d character set latin1",
                    "create database if not exists d",
                    "alter database d comment 'x'",
                    "create table d.t (id int primary key auto_increment, a int, b int)",
                    "create table d.u like d.t",
                    "create table if not exists d.u like d.t",
                    "create table d.child (a int, foreign key (a) references d.t (id))",
                    "drop table d.child",
                    "create or replace table d.u (a int)",
                    "create table d.parts (a int) partition by hash (a) partitions 2",
                    "create index if not exists i on d.t (a)",
                    "create or replace index i on d.t (b)",
                    "drop index if exists i on d.t",
                    "truncate table d.t",
                    "optimize table d.t",
                    "analyze table d.t",
                    "flush tables",
                    "create or replace view d.v as select a from d.t",
                    "create view if not exists d.v as select b from d.t",
                    "alter view d.v as select b from d.t",
                    "drop view if exists d.v",
                    "create or replace trigger d.g before insert on d.t for each row set new.a = 1",
                    "create trigger if not exists d.g before insert on d.t for each row set new.a = 1",
                    "drop trigger if exists d.g",
                    "create or replace procedure d.p() select 1",
                    "create procedure if not exists d.p() select 1",
                    "alter procedure d.p comment 'x'",
                    "create or replace function d.f() returns int return 1",
                    "drop function if exists d.f",
                    "drop procedure if exists d.p",
                    "create or replace event d.e on schedule every 1 day starts '2035-01-01' do set @a = 1",
                    "alter event d.e on schedule every 2 day",
                    "alter event d.e disable",
                    "drop event if exists d.e",
                    "create sequence d.s start 7",
                    "create or replace sequence d.s start 8",
                    "create sequence if not exists d.s",
                    "alter sequence d.s restart 20 increment 3",
                    "drop sequence d.s",
                    "drop sequence if exists d.s",
                    "create or replace user joe identified by 'x'",
                    "create user if not exists joe, jim",
                    "alter user joe identified by 'y'",
                    "set password for joe = password('z')",
                    "grant select on d.* to joe, jim",
                    "grant update (a) on d.t to joe",
                    "create or replace role r",
                    "grant r to joe, jim",
                    "set default role r for joe",
                    "revoke all privileges, grant option from joe, jim",
                    "drop role if exists r",
                    "drop user if exists joe, jim",
                    "drop table d.t, d.u",
                    "drop table if exists d.t",
                    "drop database d",
                    "drop database if exists d");

    @Test
    void eachHarmlessStatementEndsInTheSameState() throws Exception {
        for (String sql : HARMLESS) {
            assertThat(Transactions.statement(sql).doubt()).as(sql).isEqualTo(Doubt.HARMLESS);
            follower.execute("set sql_log_bin = 0", sql);
            leader.execute(sql);

            assertCaughtUp(sql);
            try (Connection here = leader.connect();
                    Connection there = follower.connect()) {
                assertThat(SchemaDigest.read(here).differencesTo(SchemaDigest.read(there)))
                        .as(sql)
                        .isEmpty();
            }
        }
    }

    @Test
    void aTableFromASelectIsMadeAnewWithItsRows() throws Exception {
        leader.execute(
                "create database c",
                "use c",
                "create table c.t as select seq as a from seq_1_to_1000");
        // a first attempt that came as far as the table, not its rows; then the statement
        givenAgain("create table c.u (a int)", "create table c.u as select * from c.t");
        givenAgain(
                "create or replace table c.u (a int)",
                "create or replace table c.u select * from c.t where a < 500");
        givenAgain(
                "create table c.v (a int)",
                "create table if not exists c.v (a int) select * from c.t");

        for (String table : List.of("c.u", "c.v")) {
            assertThat(checksum(follower, table)).isEqualTo(checksum(leader, table));
        }
    }

    private static void givenAgain(String half, String sql) throws Exception {
        assertCaughtUp(sql);
        follower.execute("set sql_log_bin = 0", half);
        leader.execute(sql);
        assertCaughtUp(sql);
    }

    private static String checksum(TestServer server, String table) throws SQLException {
        return server.query("select concat(count(*), ' ', sum(a)) from " + table);
    }

    private static void assertCaughtUp(String sql) throws Exception {
        String position = leader.query("select @@gtid_binlog_pos");
        eventually(
                TestServer.PATIENCE,
                () -> {
                    assertThat(error()).as(sql).isEmpty();
                    assertThat(follower.query("select @@gtid_slave_pos")).isEqualTo(position);
                });
    }

    private static String error() throws SQLException {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show slave status")) {
            row.next();
            return row.getString("Last_Error");
        }
    }
}
