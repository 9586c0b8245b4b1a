package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.FlotillaException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RawStatementTest {
    private static RawStatement.Kind kind(String sql) {
        return RawStatement.of(sql, List.of()).kind();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1|QUERY",
                "/* b */ (select 1) union select 2|QUERY",
                "with a as (select 1) select * from a|QUERY",
                "SHOW TABLES|QUERY",
                "ANALYZE FORMAT=JSON SELECT 1|QUERY",
                "ANALYZE TABLE t|DEFINITION",
                "ANALYZE LOCAL TABLE t|DEFINITION",
                "/*!999999 SELECT */ SET SESSION tx_read_only=0|ANYTHING",
                "SELECT /*!50000 1 */|ANYTHING",
                "/*!50000 INSERT */ INTO t VALUES (1)|ANYTHING",
                "insert into t values (1)|ROWS",
                "CALL p()|ANYTHING",
                "BEGIN NOT ATOMIC SELECT 1; END|ANYTHING",
                "SET @a = 1|ANYTHING",
                "CREATE TEMPORARY TABLE t (a INT)|ANYTHING",
                "CREATE OR REPLACE TEMPORARY TABLE t (a INT)|ANYTHING",
                "CREATE TABLE temporary_things (a INT)|DEFINITION",
                "CREATE TABLE t (a INT)|DEFINITION",
                "GRANT SELECT ON a.* TO b|DEFINITION",
                "SOMETHING new|DEFINITION",
            })
    void knowsAStatementByItsFirstWords(String sql, RawStatement.Kind kind) {
        assertThat(kind(sql)).isEqualTo(kind);
    }

    @Test
    void passesOverCommentsBeforeTheFirstWord() {
        assertThat(kind(" -- a\n /* b */ # c\n\t--\nselect 1")).isEqualTo(RawStatement.Kind.QUERY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ; ",
                "BEGIN",
                "begin work",
                "START TRANSACTION",
                "COMMIT",
                "ROLLBACK TO a",
                "SAVEPOINT a",
                "XA START 'a'",
                "LOCK TABLES t WRITE",
                "UNLOCK TABLES",
                "USE other",
                "PREPARE s FROM 'x'",
                "EXECUTE IMMEDIATE 'x'",
                "KILL 5",
                "/* x */ kill hard 5",
                "/*!999999 SELECT */ KILL 5",
                "BEGIN NOT ATOMIC KILL 5; END",
                "CREATE PROCEDURE p() KILL 5",
                "SELECT 'open",
                "SELECT /* open",
                "SELECT /*/ ? */ 1",
            })
    void refusesWhatMustNotBeSent(String sql) {
        assertThatThrownBy(() -> kind(sql)).isInstanceOf(FlotillaException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 'KILL 5'", "SELECT `kill` FROM t", "SELECT t.kill FROM t"})
    void toleratesNamesAndTextThatSayKill(String sql) {
        assertThat(kind(sql)).isEqualTo(RawStatement.Kind.QUERY);
    }

    @Test
    void countsQuestionMarksOutsideOfQuotesAndComments() {
        String sql = "SELECT '?', \"?\", `?`, 'it''s ?', '\\'?', ? -- ?\n /* ? */ # ?\n, 5--?";

        assertThat(RawStatement.of(sql, List.of(1L, 2L)).sql()).isEqualTo(sql);
        assertThatThrownBy(() -> RawStatement.of(sql, List.of(1L)))
                .hasMessageContaining("2 parameters and 1 values");
        assertThatThrownBy(() -> RawStatement.of(sql, List.of())).hasMessageContaining("no values");
    }

    @Test
    void putsNamedValuesIntoTheOrderOfTheirPlaces() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("b", null);
        values.put("a", "x");

        RawStatement statement = RawStatement.named("SELECT :a, ':b', @v := :b, :a -- :c", values);

        assertThat(statement.sql()).isEqualTo("SELECT ?, ':b', @v := ?, ? -- :c");
        assertThat(statement.values()).isEqualTo(Arrays.asList("x", null, "x"));
    }

    @Test
    void refusesNamedValuesThatDoNotFit() {
        assertThatThrownBy(() -> RawStatement.named("SELECT :a", Map.of()))
                .hasMessageContaining("no value for the parameter a");
        assertThatThrownBy(() -> RawStatement.named("SELECT 1", Map.of("a", 1L)))
                .hasMessageContaining("no parameter a");
        assertThatThrownBy(() -> RawStatement.named("SELECT :a, ?", Map.of("a", 1L)))
                .hasMessageContaining("mixes");
        assertThatThrownBy(() -> RawStatement.of("SELECT :a", List.of(1L)))
                .hasMessageContaining("named parameters");
    }

    private static Footprint footprint(String sql) {
        return RawStatement.of(sql, List.of()).footprint();
    }

    @Test
    void tellsWhatMayHoldALock() {
        assertThat(footprint("INSERT INTO t VALUES (1)")).isEqualTo(Footprint.TRACES);
        assertThat(footprint("SELECT get_Lock('a', 0)")).isEqualTo(Footprint.LOCKS);
        assertThat(footprint("SELECT `get_lock`('a', 0)")).isEqualTo(Footprint.LOCKS);
        assertThat(footprint("SELECT GET_LOCK/**/('a', 0)")).isEqualTo(Footprint.LOCKS);
        assertThat(footprint("SELECT /*! GET_LOCK*/ ('a', 0)")).isEqualTo(Footprint.LOCKS);
        assertThat(footprint("CALL p()")).isEqualTo(Footprint.LOCKS);
        assertThat(footprint("DROP TABLE t")).isEqualTo(Footprint.LOCKS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT @a := 1",
                "SELECT @@last_insert_id",
                "SELECT last_insert_id()",
                "INSERT INTO t VALUES (`LAST_INSERT_ID`())",
                "SELECT FOUND_ROWS()",
                "SELECT ROW_COUNT()",
                "SELECT LASTVAL(s)",
                "SELECT PREVIOUS VALUE FOR s",
                "SELECT a INTO @x FROM t",
                "SHOW WARNINGS",
                "SHOW COUNT(*) ERRORS",
                "EXPLAIN SELECT 1"
            })
    void tellsWhatMaySeeWhatWasLeft(String sql) {
        assertThat(footprint(sql)).isEqualTo(Footprint.STATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'GET_LOCK @a'",
                "(SELECT 1) UNION (SELECT 2)",
                "WITH a AS (SELECT 1) SELECT * FROM a",
                "UPDATE t SET v = 'john@example.com' -- @a\n WHERE id = 1",
                "DELETE FROM t WHERE id = 1 /* LAST_INSERT_ID() */",
                "REPLACE INTO t VALUES (1)"
            })
    void tellsWhatLeavesTracesOnly(String sql) {
        assertThat(footprint(sql)).isEqualTo(Footprint.TRACES);
    }
}
