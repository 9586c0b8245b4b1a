package io.flotilla.ddl;

import static io.flotilla.ddl.Digests.tables;
import static io.flotilla.ddl.Transactions.statement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.ExecutedDdl.Executed;
import io.flotilla.ddl.ExecutedDdl.Reign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutedDdlTest {
    private static final Gtid POSITION = new Gtid(0, 2, 9);

    @TempDir private Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("ddl.executed");
    }

    private ExecutedDdl begin(String... tables) throws IOException {
        return ExecutedDdl.begin(file, 3, POSITION, new TreeSet<>(), tables(tables));
    }

    private Reign afterACrash() throws IOException {
        return ExecutedDdl.read(file).orElseThrow();
    }

    @Test
    void aNodeThatNeverLedHasNoReign() throws IOException {
        assertThat(ExecutedDdl.read(file)).isEmpty();
    }

    @Test
    void aReignIsReadBack() throws IOException {
        ExecutedDdl journal =
                ExecutedDdl.begin(
                        file,
                        3,
                        POSITION,
                        new TreeSet<>(List.of("X'61',X'',1")),
                        tables("app/a", "1:1", "app/gone", "4:4"));
        journal.executed(
                statement(10, "create table b (i int)"),
                tables("app/a", "1:1", "app/b", "2:2", "app/gone", "4:4"));
        journal.executed(statement(12, "drop table gone"), tables("app/a", "1:1", "app/b", "2:2"));
        journal.executed(
                GatedStatement.of(Transactions.xa(14, 76, 9, "ab", "c")),
                tables("app/a", "1:1", "app/b", "2:2"));

        Reign reign = afterACrash();

        assertThat(reign).isEqualTo(journal.reign());
        assertThat(reign.term()).isEqualTo(3);
        assertThat(reign.position()).isEqualTo(POSITION);
        assertThat(reign.xaPrepared()).containsExactly("X'61',X'',1");
        assertThat(reign.tables()).isEqualTo(tables("app/a", "1:1", "app/b", "2:2"));
        assertThat(reign.executed().values())
                .containsExactly(
                        new Executed(new Gtid(0, 3, 10), Doubt.HARMLESS, "", Set.of("app/b")),
                        new Executed(new Gtid(0, 3, 12), Doubt.HARMLESS, "", Set.of("app/gone")),
                        new Executed(
                                new Gtid(0, 3, 14), Doubt.XA_PREPARE, "X'6162',X'63',9", Set.of()));
    }

    @Test
    void theNextReignForgetsTheLast() throws IOException {
        begin().executed(statement(10, "drop table t"), TableIds.NONE);
        ExecutedDdl.begin(file, 5, new Gtid(0, 4, 20), new TreeSet<>(), TableIds.NONE).close();

        assertThat(afterACrash().term()).isEqualTo(5);
        assertThat(afterACrash().executed()).isEmpty();
    }

    @Test
    void aTornEntryWasNotExecutedForTheLog() throws IOException {
        try (ExecutedDdl journal = begin()) {
            journal.executed(statement(10, "drop table t"), TableIds.NONE);
        }
        Files.writeString(file, "0000", StandardOpenOption.APPEND);

        assertThat(afterACrash().executed()).containsOnlyKeys(10L);
    }

    @Test
    void damageIsNoticed() throws IOException {
        try (ExecutedDdl journal = begin()) {
            journal.executed(statement(10, "drop table t"), TableIds.NONE);
            journal.executed(statement(11, "drop table t"), TableIds.NONE);
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(this::afterACrash).isInstanceOf(CorruptJournalException.class);
    }

    @Test
    void aChangeThatNoStatementSpeaksOfIsNoted() throws IOException {
        ExecutedDdl journal = begin("app/a", "1:1", "app/b", "2:2");
        journal.executed(
                statement(10, "alter table app.a add j int"),
                tables("app/a", "5:5", "app/b", "6:6"));

        assertThat(journal.reign().unexplained()).containsExactly("app/b");
        assertThat(afterACrash().unexplained()).containsExactly("app/b");
    }

    @Test
    void aLaterStatementExplainsIt() throws IOException {
        ExecutedDdl journal = begin("app/a", "1:1", "app/b", "2:2");
        journal.executed(
                statement(10, "alter table app.a add j int"),
                tables("app/a", "5:5", "app/b", "6:6"));
        journal.executed(statement(11, "truncate `B`"), tables("app/a", "5:5", "app/b", "6:6"));

        assertThat(afterACrash().unexplained()).isEmpty();
    }

    @Test
    void aQuoteInANameIsDoubledInTheStatementOnly() throws IOException {
        ExecutedDdl journal = begin("app/a@0060b", "1:1", "app/c@0022d", "2:2");
        journal.executed(
                statement(10, "drop table `a``b`, `c\"d`"), tables("app/e@0060@0060", "3:3"));
        journal.executed(
                statement(11, "create table `e````` (i int)"), tables("app/e@0060@0060", "3:3"));

        assertThat(afterACrash().unexplained()).isEmpty();
    }

    @Test
    void namesAreComparedAsTheServerEncodesThem() throws IOException {
        ExecutedDdl journal =
                begin("app/my@002dtable#P#p0", "1:1", "shop/x", "2:2", "shop/y", "3:3");
        journal.executed(
                statement(10, "alter table `my-table` truncate partition p0"),
                tables("app/my@002dtable#P#p0", "4:4", "shop/x", "2:2", "shop/y", "3:3"));
        journal.executed(
                statement(11, "drop database shop"), tables("app/my@002dtable#P#p0", "4:4"));

        assertThat(afterACrash().unexplained()).isEmpty();
    }

    private ExecutedDdl beginKeeping(int kept) throws IOException {
        Reign reign =
                new Reign(
                        3,
                        POSITION,
                        new TreeSet<>(),
                        0,
                        new TreeMap<>(),
                        tables("app/t", "0:0"),
                        Set.of());
        return ExecutedDdl.begin(file, reign, kept);
    }

    @Test
    void staysSmall() throws IOException {
        int kept = 10;
        try (ExecutedDdl journal = beginKeeping(kept)) {
            for (int seq = 10; seq < 10 + 3 * kept; seq++) {
                journal.executed(statement(seq, "truncate table t"), tables("app/t", seq + ":1"));
            }
            assertThat(afterACrash()).isEqualTo(journal.reign());
        }

        Reign reign = afterACrash();
        assertThat(reign.executed()).hasSizeBetween(kept, 2 * kept);
        assertThat(reign.executed().firstKey()).isEqualTo(reign.forgotten() + 1);
        assertThat(reign.tables()).isEqualTo(tables("app/t", (9 + 3 * kept) + ":1"));
    }

    @Test
    void remembersXaForAsLongAsTheReignLasts() throws IOException {
        int kept = 10;
        try (ExecutedDdl journal = beginKeeping(kept)) {
            journal.executed(
                    GatedStatement.of(Transactions.xa(10, 76, 9, "ab", "c")), TableIds.NONE);
            for (int seq = 11; seq < 11 + 2 * kept; seq++) {
                journal.executed(statement(seq, "truncate table t"), TableIds.NONE);
            }
        }

        assertThat(afterACrash().xaPrepared()).containsExactly("X'6162',X'63',9");
    }
}
