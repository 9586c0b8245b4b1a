package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SqlTextTest {
    private static List<String> statements(String... lines) {
        SqlText text = new SqlText("");
        List<String> statements = new ArrayList<>();
        for (String line : lines) {
            text.add(line);
            for (Optional<String> next = text.next(); next.isPresent(); next = text.next()) {
                statements.add(next.get());
            }
        }
        return statements;
    }

    @Test
    void endsStatementsAtSemicolonsOutsideOfQuotesAndComments() {
        assertThat(
                        statements(
                                "SELECT ';', \"a;b\", `c;d`, 'it''s \\';' -- no; end",
                                "# nor; here",
                                "/* nor; ",
                                " here; */ FROM t; SELECT 2;"))
                .hasSize(2)
                .last()
                .isEqualTo("SELECT 2");
    }

    @Test
    void waitsForTheEndOfAStatement() {
        SqlText text = new SqlText("");
        text.add("SELECT 1");
        assertThat(text.next()).isEmpty();
        text.add("+ 1;");
        assertThat(text.next()).contains("SELECT 1\n+ 1");
        assertThat(text.isBlank()).isTrue();
    }

    @Test
    void obeysDelimiter() {
        assertThat(
                        statements(
                                "DELIMITER //",
                                "CREATE PROCEDURE p() BEGIN SELECT 1; END //",
                                "delimiter ;",
                                "CALL p();"))
                .containsExactly("CREATE PROCEDURE p() BEGIN SELECT 1; END", "CALL p()");
    }

    @Test
    void takesCommentsAloneForNoStatement() {
        assertThat(statements("-- don't; ", "--", "--\tnor; this", "/* or */ # this; 'one", ";;"))
                .isEmpty();
        assertThat(statements("/*! SET @a = 1 */;", "SELECT 1--1;", "-- x", "SELECT 2;"))
                .containsExactly("/*! SET @a = 1 */", "SELECT 1--1", "-- x\nSELECT 2");
    }

    @Test
    void endsWhatIsLeftAtTheEndUnlessItIsOpen() {
        SqlText text = new SqlText("SELECT 1 -- one");
        text.end();
        assertThat(text.next()).contains("SELECT 1 -- one");
        text.end();
        assertThat(text.isBlank()).isTrue();
        text.add("SELECT 'one");
        text.end();
        assertThat(text.next()).isEmpty();
        assertThat(text.isBlank()).isFalse();
    }

    @Test
    void takesALineWithABackslashForTheShell() {
        assertThat(statements("\\timing", "SELECT 1;", "  \\level none"))
                .containsExactly("\\timing", "SELECT 1", "\\level none");
    }
}
