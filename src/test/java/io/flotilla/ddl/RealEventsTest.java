package io.flotilla.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Slice;
import io.flotilla.ddl.GatedStatement.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Reads what a server has written into its binlog.
class RealEventsTest {
    private static TestServer server;
    private static List<GatedStatement> statements;

    @BeforeAll
    static void run() throws Exception {
        server = TestServer.leader();
        server.execute(
                "create database d",
                "use d",
                "create table t (a int primary key)",
                "set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', time_zone = '+02:00'",
                "alter table \"t\" comment '\\', add b int",
                "set lc_time_names = 'de_DE', auto_increment_increment = 5",
                "create or replace view v as select 'x'",
                "set foreign_key_checks = 0, sql_mode = default",
                "create table c as select a from t",
                "set statement max_statement_time = 100 for alter table t add u uuid default (uuid())",
                "create user joe identified by 'secret'",
                "insert into t (a) values (1)",
                "xa start 'g', 'b', 3",
                "insert into t (a) values (2)",
                "xa end 'g', 'b', 3",
                "xa prepare 'g', 'b', 3",
                "xa commit 'g', 'b', 3",
                "xa start 'one'",
                "insert into t (a) values (3)",
                "xa end 'one'",
                "xa commit 'one' one phase",
                "drop database d");
        statements = gated(server.binlog());
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static List<GatedStatement> gated(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> begins = new ArrayList<>();
        for (int at = 4; at < file.length; at += buffer.getInt(at + 9)) {
            if ((file[at + 4] & 0xff) == 162) {
                begins.add(at);
            }
        }
        begins.add(file.length);
        List<GatedStatement> gated = new ArrayList<>();
        for (int i = 0; i + 1 < begins.size(); i++) {
            int from = begins.get(i);
            byte[] group = Arrays.copyOfRange(file, from, begins.get(i + 1));
            Slice slice =
                    Transactions.slice(buffer.getLong(from + 19), file[from + 31] & 0xff, group);
            if (slice.gated()) {
                gated.add(GatedStatement.of(slice));
            }
        }
        return gated;
    }

    @Test
    void readsTheTextsAsTheyWereWritten() {
        assertThat(statements)
                .filteredOn(statement -> statement.kind() != Kind.XA)
                .extracting(GatedStatement::text)
                .containsExactly(
                        "create database d",
                        "create table t (a int primary key)",
                        "alter table \"t\" comment '\\', add b int",
                        "CREATE OR REPLACE ALGORITHM=UNDEFINED DEFINER=\"root\"@\"localhost\" SQL SECURITY DEFINER"
                                + " VIEW \"v\" AS select 'x'",
                        "CREATE TABLE `c` (\n  `a` int(11) NOT NULL\n)",
                        "set statement max_statement_time = 100 for alter table t add u uuid default (uuid())",
                        "create user joe identified by 'secret'",
                        "drop database d");
    }

    @Test
    void understandsThem() {
        assertThat(statements)
                .extracting(GatedStatement::doubt)
                .containsExactly(
                        Doubt.HARMLESS,
                        Doubt.HARMLESS,
                        Doubt.ALL_OR_NOTHING,
                        Doubt.HARMLESS,
                        Doubt.HARMLESS,
                        Doubt.ALL_OR_NOTHING,
                        Doubt.ALL_OR_NOTHING,
                        Doubt.XA_PREPARE,
                        Doubt.XA_END,
                        Doubt.HARMLESS);
        assertThat(statements.get(5).mayDiffer()).isTrue();
        assertThat(statements.get(2).database()).isEqualTo("d");
    }

    @Test
    void readsTheNamesOfXaTransactions() {
        assertThat(statements)
                .filteredOn(statement -> statement.kind() == Kind.XA)
                .extracting(GatedStatement::xid)
                .containsExactly("X'67',X'62',3", "X'67',X'62',3");
    }
}
