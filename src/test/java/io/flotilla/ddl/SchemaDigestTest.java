package io.flotilla.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A leader and a follower that replicates from it in MariaDB's own way.
class SchemaDigestTest {
    private static TestServer leader;
    private static TestServer follower;

    @BeforeAll
    static void start() throws Exception {
        leader = TestServer.leader();
        follower = TestServer.follower();
        // ids and counters of the two are never the same
        follower.execute(
                "set sql_log_bin = 0",
                "create database odd",
                "create table odd.one (a int)",
                "create table odd.two (a int)",
                "drop database odd");
        follower.follow(leader);
    }

    @AfterAll
    static void stop() throws IOException {
        leader.close();
        follower.close();
    }

    /// Each changes the schema, and the follower's in the same way.
    private static final List<String> DDL =
            List.of(
                    "create database app character set latin1",
                    "alter database app character set utf8mb4 comment 'x'",
                    "create table app.t (id int primary key auto_increment, a int, b varchar(10)) comment 'c'",
                    "create table app.parent (id int primary key) engine=InnoDB",
                    "create table app.child (id int primary key, p int, constraint fk foreign key (p) references parent (id))",
                    "alter table app.t add c int default 5",
                    "alter table app.t modify c bigint default 6",
                    "alter table app.t change c d bigint default 6 comment 'it''s, DEFAULT NULL'",
                    "alter table app.t alter d set default 7",
                    "alter table app.t add g int as (a + 1) virtual",
                    "alter table app.t add key (a)",
                    "create unique index u on app.t (b, a)",
                    "alter table app.t alter index u ignored",
                    "drop index a on app.t",
                    "alter table app.t add check (a > 0)",
                    "alter table app.t comment 'AUTO_INCREMENT=7'",
                    "alter table app.t convert to character set latin1",
                    "alter table app.t row_format=compressed",
                    "alter table app.t add v int invisible",
                    "alter table app.t drop column g",
                    "alter table app.t add period for system_time (s, e), add s timestamp(6) generated always as row start, "
                            + "add e timestamp(6) generated always as row end, add system versioning",
                    "create table app.q (a int, b date) partition by range (a) (partition p0 values less than (5))",
                    "alter table app.q add partition (partition p1 values less than (9))",
                    "alter table app.q drop partition p0",
                    "create table app.copy as select id, a, null as n from app.t",
                    "create table app.`odd ``name/é` like app.parent",
                    "rename table app.copy to app.copied",
                    "rename table app.parent to app.elder",
                    "alter table app.elder change id old_id int",
                    "create view app.v as select id from app.t",
                    "alter view app.v as select id, a from app.t",
                    "create sequence app.s start 5 increment 2",
                    "alter sequence app.s cycle",
                    "create trigger app.tr before insert on app.q for each row set new.b = '2000-01-01'",
                    "create trigger app.tr2 before insert on app.q for each row precedes tr set new.b = '2000-01-02'",
                    "drop trigger app.tr",
                    "create procedure app.p(in x int) comment 'c' select x",
                    "alter procedure app.p sql security invoker",
                    "create function app.f() returns int deterministic return 1",
                    "create event app.e on schedule every 1 day starts '2035-01-01' do set @a = 1",
                    "alter event app.e on schedule every 2 day",
                    "alter event app.e rename to app.e2",
                    "create user joe@'%' identified by 'x'",
                    "set password for joe@'%' = password('y')",
                    "alter user joe@'%' account lock",
                    "create role r",
                    "grant r to joe@'%'",
                    "set default role r for joe@'%'",
                    "grant select on *.* to joe@'%'",
                    "grant insert on app.* to joe@'%' with grant option",
                    "grant update on app.t to joe@'%'",
                    "grant select (id) on app.t to r",
                    "grant execute on procedure app.p to joe@'%'",
                    "grant proxy on root@localhost to joe@'%'",
                    "revoke insert on app.* from joe@'%'",
                    "rename user joe@'%' to jim@'%'",
                    "drop user jim@'%'",
                    "drop role r",
                    "drop event app.e2",
                    "drop function app.f",
                    "drop procedure app.p",
                    "drop sequence app.s",
                    "drop view app.v",
                    "drop table app.child, app.elder",
                    "drop database app");

    @Test
    void eachDdlChangesItAndInTheSameWayOnAllServers() throws Exception {
        try (Connection here = leader.connect();
                Connection there = follower.connect();
                Statement statement = here.createStatement()) {
            SchemaMemory memory = new SchemaMemory(leader.data());
            Schema before = memory.read(here);
            for (String sql : DDL) {
                statement.execute(sql);
                Schema after = SchemaDigest.read(here);

                assertThat(memory.read(here)).as(sql).isEqualTo(after);

                assertThat(after.digest().schema()).as(sql).isNotEqualTo(before.digest().schema());
                assertThat(after.digest().local()).as(sql).isNotEqualTo(before.digest().local());
                assertSameOnFollower(sql, after, there);
                before = after;
            }
        }
    }

    private static void assertSameOnFollower(String sql, Schema here, Connection there)
            throws SQLException {
        catchUp();
        Schema schema = SchemaDigest.read(there);
        assertThat(here.differencesTo(schema)).as(sql).isEmpty();
        assertThat(schema.digest().schema()).as(sql).isEqualTo(here.digest().schema());
        if (!here.tables().ids().isEmpty()) {
            assertThat(schema.digest().local()).as(sql).isNotEqualTo(here.digest().local());
        }
    }

    private static void catchUp() throws SQLException {
        String position = leader.query("select @@gtid_binlog_pos");
        String reached = follower.query("select master_gtid_wait('" + position + "', 30)");
        assertThat(reached)
                .as(
                        "%s: %s",
                        position,
                        follower.query(
                                "select variable_value from information_schema.global_status"
                                        + " where variable_name = 'Slave_running'"))
                .isEqualTo("0");
    }

    @Test
    void rowsDoNotChangeIt() throws SQLException {
        leader.execute(
                "create database rows_only",
                "create table rows_only.t (id int primary key auto_increment, a int unique, b text, fulltext (b))",
                "create sequence rows_only.s",
                "create user counted");
        try (Connection here = leader.connect();
                Connection there = follower.connect();
                Statement statement = here.createStatement()) {
            Schema before = SchemaDigest.read(here);
            statement.execute("use rows_only");
            statement.execute("insert into t (a, b) select seq, 'x' from seq_1_to_1000");
            assertThatThrownBy(() -> statement.execute("insert into t (a) values (5)"))
                    .isInstanceOf(SQLException.class);
            statement.execute("update t set b = 'y' where a < 500");
            statement.execute("delete from t where a > 900");
            statement.execute("select nextval(s)");
            statement.execute("analyze table t persistent for all");
            statement.execute("flush tables");
            statement.execute("set password for counted = ''");

            assertThat(SchemaDigest.read(here)).isEqualTo(before);
            assertSameOnFollower("rows", before, there);
        }
    }

    @Test
    void aRebuildWithoutAVisibleChangeShowsHereOnly() throws SQLException {
        leader.execute(
                "create database rebuilt",
                "create table rebuilt.t (a int)",
                "create table rebuilt.u (a int)");
        try (Connection here = leader.connect();
                Statement statement = here.createStatement()) {
            for (String sql :
                    List.of(
                            "alter table rebuilt.t force",
                            "truncate table rebuilt.t",
                            "rename table rebuilt.t to rebuilt.x, rebuilt.u to rebuilt.t, rebuilt.x to rebuilt.u")) {
                Digest before = SchemaDigest.compute(here);
                statement.execute(sql);
                Digest after = SchemaDigest.compute(here);

                assertThat(after.schema()).as(sql).isEqualTo(before.schema());
                assertThat(after.local()).as(sql).isNotEqualTo(before.local());
            }
        }
    }

    @Test
    void ourOwnAccountsDoNotCount() throws SQLException {
        try (Connection here = leader.connect();
                Statement statement = here.createStatement()) {
            Digest before = SchemaDigest.compute(here);
            statement.execute("set sql_log_bin = 0");
            statement.execute("create user flotilla_admin@localhost identified by 'x'");
            statement.execute("grant all on *.* to flotilla_admin@localhost");
            statement.execute("grant select on mysql.* to flotilla_admin@localhost");

            assertThat(SchemaDigest.compute(here)).isEqualTo(before);
            statement.execute("drop user flotilla_admin@localhost");
        }
    }

    @Test
    void leavesTheSessionAsItWas() throws SQLException {
        try (Connection here = leader.connect();
                Statement statement = here.createStatement()) {
            statement.execute(
                    "set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', lock_wait_timeout = 77");
            here.setCatalog("mysql");
            Digest odd = SchemaDigest.compute(here);

            try (var row =
                    statement.executeQuery("select @@sql_mode, @@lock_wait_timeout, database()")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("ANSI_QUOTES,NO_BACKSLASH_ESCAPES");
                assertThat(row.getInt(2)).isEqualTo(77);
                assertThat(row.getString(3)).isEqualTo("mysql");
            }
            try (Connection fresh = leader.connect()) {
                assertThat(SchemaDigest.compute(fresh)).isEqualTo(odd);
            }
        }
    }

    @Test
    void namesWhatDiffers() throws SQLException {
        leader.execute(
                "create database named",
                "create table named.t (a int)",
                "create table named.u (a int)");
        try (Connection here = leader.connect()) {
            Schema before = SchemaDigest.read(here);
            leader.execute(
                    "alter table named.t add b int",
                    "drop table named.u",
                    "create view named.v as select 1");
            Schema after = Schema.parse(SchemaDigest.read(here).lines());

            assertThat(before.differencesTo(after))
                    .containsExactly(
                            "table named.t differs",
                            "table named.u is only here",
                            "view named.v is only there");
            assertThat(after.digest().schema()).isEqualTo(SchemaDigest.compute(here).schema());
        }
    }
}
