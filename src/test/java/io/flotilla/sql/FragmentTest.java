package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Fragment.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FragmentTest {
    private static void refuses(Kind kind, String text) {
        assertThatThrownBy(() -> Fragment.of(kind, "it", text))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> assertThat(e.failure()).isEqualTo(Failure.BAD_REQUEST))
                .hasMessageStartingWith("it ");
    }

    private static void takes(Kind kind, String text) {
        assertThatCode(() -> Fragment.of(kind, "it", text)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \t\n",
                "1=0; DROP TABLE people",
                "1=0;",
                ";",
                "1=1 -- ",
                "1=1 --",
                "1=1 --\tx",
                "5--3",
                "1=1 # all",
                "#",
                "1=1 /* all */",
                "1=1 /*",
                "/*! 1=1 */",
                "/*!50000 1=1 */",
                "/*M!100100 1=1 */",
                "/*+ MAX_EXECUTION_TIME(1) */ 1=1",
                "1=1 */",
                "id = ?",
                "1) OR (1=1",
                "1=1)",
                ")",
                ") OR 1=1 -- ",
                "(1=1",
                "((1=1)",
                "name = 'x",
                "name = \"x",
                "name = `x",
                "name = 'x\\'",
                "name = 'x\\\\\\'",
                "name = 'it''s",
                "name = \"a\"\"",
                "`a``",
                "name = 'a' OR 'b",
                "1=1\u0000",
                "1=1\u0008",
                "1=1\u007f",
                "1=1\u0085OR 1",
                "name = 'a\u0000b'",
                "1\\'=1",
                "\\",
                "name = \\x41",
                "1=1 UNION SELECT 1",
                "1=1 union all select * from mysql.user",
                "1=1 INTERSECT SELECT 1",
                "1=1 EXCEPT SELECT 1",
                "1=1 LIMIT 1",
                "1=1 ORDER BY id",
                "1=1 GROUP BY id",
                "1=1 HAVING 1",
                "1=1 INTO OUTFILE '/tmp/x'",
                "1=1 INTO DUMPFILE '/tmp/x'",
                "1=1 INTO @a",
                "1=1 PROCEDURE ANALYSE()",
                "1=1 FOR UPDATE",
                "1=1 LOCK IN SHARE MODE",
                "1=1 RETURNING *",
                "SELECT 1",
                "1.LIMIT 1",
                "1=1 WHERE 1",
                "id='a'LIMIT 1",
                "id=`a`LIMIT 1",
                "'\\\\' OR '",
                "name = 'a' /**/",
                "id = 1/*'*/ OR '1'='1'",
                "'\"' \"",
                "name = N'x",
                "name = _utf8mb4'x\\'"
            })
    void refusesWhatWouldLeaveAWhere(String text) {
        refuses(Kind.WHERE, text);
    }

    @Test
    void refusesDeeperParenthesesThanAnyoneWrites() {
        takes(Kind.WHERE, "(".repeat(100) + "1" + ")".repeat(100));
        refuses(Kind.WHERE, "(".repeat(101) + "1" + ")".repeat(101));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "id = 1",
                "name = 'a--b'",
                "name = 'a;b'",
                "name = 'a#b'",
                "name = 'a/*b*/c'",
                "name = 'a?b'",
                "name = 'it''s'",
                "name = \"say \"\"hi\"\"\"",
                "name = 'it\\'s'",
                "name = 'back\\\\'",
                "name = \"it's\"",
                "name = 'a) OR (1=1'",
                "`a--b` = 1",
                "`a\\` = 1",
                "`a``b` = 1",
                "name LIKE '%a\\_b%' ESCAPE '|'",
                "name = _utf8mb4'Zoë' COLLATE utf8mb4_bin",
                "name = N'x'",
                "data = x'4142' OR data = 0x4142 OR b = b'01'",
                "id IN (SELECT user_id FROM orders WHERE total > 5 ORDER BY id LIMIT 3)",
                "EXISTS (SELECT 1 FROM t UNION SELECT 2)",
                "(a = 1 OR b = 2) AND NOT (c = 3)",
                "created > NOW() - INTERVAL 1 DAY",
                "SUBSTRING(name FROM 1 FOR 3) = 'abc'",
                "t.order = 1 AND t.`limit` = 2",
                "name IS NOT NULL",
                "price*2 > 5/2 AND a-b > - 3 AND c = -1",
                "name = \\N",
                "name REGEXP '^a.*b$'",
                "a BETWEEN 1 AND 2",
                "CASE WHEN a THEN 1 ELSE 0 END",
                "JSON_EXTRACT(j, '$.a[0]') = '{\"b\": 1}'",
                "MATCH(a) AGAINST ('x' IN BOOLEAN MODE)",
                "naïve = '船' AND имя = 'Ω🚢'",
                "a = 1\n  AND b = 2\r\n\tAND c = 3",
                "orders > 1 AND limits < 2 AND into_ = 3",
                "{d '2026-01-01'} < a",
                "a->b",
                "a || b && c ! d"
            })
    void takesWhatStaysInAWhere(String text) {
        takes(Kind.WHERE, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1 WHERE 1=1",
                "a = 1 ORDER BY id",
                "a = 1 LIMIT 1",
                "a = 1 RETURNING a",
                "a = 1 FROM b",
                "a = (1",
                "a = 1 -- ",
                "a = 1, b = 'x",
                "a = 1; DELETE FROM t",
                "a = 1 union select 1"
            })
    void refusesWhatWouldLeaveASet(String text) {
        refuses(Kind.SET, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = \"John Smith\"",
                "a = a + 1, b = DEFAULT, c = NULL",
                "a = (SELECT MAX(b) FROM t WHERE c = 1 LIMIT 1)",
                "name = REPLACE(name, 'WHERE', 'from')",
                "`where` = 1, t.`order` = TRIM(LEADING 'x' FROM name)"
            })
    void takesWhatStaysInASet(String text) {
        takes(Kind.SET, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1), (2",
                "1) ON DUPLICATE KEY UPDATE a = (1",
                "1, 'x",
                "1) SELECT (1",
                "SELECT 1",
                "1, ?",
                "1, 2) -- "
            })
    void refusesWhatWouldLeaveValues(String text) {
        refuses(Kind.VALUES, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL, \"John Doe\", \"john@example.com\"",
                "1, 'a''b', DEFAULT, -5, 1e3, .5, TRUE, x'00'",
                "(SELECT MAX(id) + 1 FROM t), CONCAT('a', ')'), NOW(), UUID()",
                "NEXT VALUE FOR s, ST_GeomFromText('POINT(1 2)')"
            })
    void takesWhatStaysInValues(String text) {
        takes(Kind.VALUES, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LIKE mysql.user",
                "like t",
                "SELECT * FROM mysql.user",
                "(SELECT 1)",
                "((SELECT 1))",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "VALUES (1), (2)",
                "a INT) SELECT (1",
                "a INT) ENGINE=MyISAM -- ",
                "a INT UNION SELECT 1",
                "a INT); DROP TABLE t"
            })
    void refusesWhatWouldMakeATableInAnotherWay(String text) {
        refuses(Kind.SCHEMA, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50)",
                "a INT CHECK (a LIKE '1%'), b ENUM('x;','y#') COMMENT 'like -- select', KEY (a)",
                "`values` INT, a INT AS (`values` + 1) STORED, x INT WITHOUT SYSTEM VERSIONING",
                "a INT REFERENCES t (id) ON DELETE CASCADE, PRIMARY KEY (a), CONSTRAINT c CHECK (a > 0)",
                "j JSON DEFAULT '{}', d DATETIME(3) DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"
            })
    void takesASchema(String text) {
        takes(Kind.SCHEMA, text);
    }

    @Test
    void takesOneTypeForOneColumn() {
        takes(Kind.TYPE, "DECIMAL(10,2) NOT NULL DEFAULT 0 COMMENT 'a, b'");
        refuses(Kind.TYPE, "INT, secret INT");
        refuses(Kind.TYPE, "(1)");
        refuses(Kind.TYPE, "INT) ENGINE=MyISAM");
    }

    @Test
    void takesAnOrderWithoutALimit() {
        takes(Kind.ORDER, "name DESC, LENGTH(email), 1");
        refuses(Kind.ORDER, "name LIMIT 1");
        refuses(Kind.ORDER, "name INTO OUTFILE '/tmp/x'");
        refuses(Kind.ORDER, "name FOR UPDATE");
        refuses(Kind.ORDER, "name FETCH FIRST 1 ROWS ONLY");
        refuses(Kind.ORDER, "1 UNION SELECT 1");
    }

    @Test
    void noticesWhatIsLeftInTheSession() {
        assertThat(Fragment.of(Kind.WHERE, "it", "GET_LOCK('a', 1)").touchesSession()).isTrue();
        assertThat(Fragment.of(Kind.WHERE, "it", "`get_lock` ('a', 1)").touchesSession()).isTrue();
        assertThat(Fragment.of(Kind.WHERE, "it", "(@a := 1)").touchesSession()).isTrue();
        assertThat(Fragment.of(Kind.VALUES, "it", "'john@example.com'").touchesSession()).isFalse();
    }
}
