package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A dump, taken apart.
final class DumpTextTest {
    private static List<String> read(String dump) throws IOException {
        DumpText text =
                new DumpText(new ByteArrayInputStream(dump.getBytes(StandardCharsets.UTF_8)));
        List<String> all = new ArrayList<>();
        for (Optional<DumpText.Statement> next = text.next();
                next.isPresent();
                next = text.next()) {
            all.add(next.get().line() + " " + DumpStatement.of(next.get().text()).text());
        }
        return all;
    }

    @Test
    void endsStatementsAtDelimitersOutsideOfQuotesAndComments() throws IOException {
        assertThat(read("-- x;\nINSERT INTO t VALUES ('a;\\'b', \"c;\"), (`;`);\n# y;\nSELECT 1"))
                .containsExactly("2 INSERT INTO t VALUES ('a;\\'b', \"c;\"), (`;`)", "4 SELECT 1");
    }

    @Test
    void followsTheDelimiter() throws IOException {
        assertThat(
                        read(
                                "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN SELECT 1; END ;;\nDELIMITER ;\nSELECT 2;"))
                .containsExactly("2 CREATE PROCEDURE p() BEGIN SELECT 1; END", "4 SELECT 2");
    }

    @Test
    void keepsTheCommentsOfABody() throws IOException {
        assertThat(read("CREATE PROCEDURE p() -- a\nSELECT /* b; */ 1;"))
                .containsExactly("1 CREATE PROCEDURE p() -- a\nSELECT /* b; */ 1");
    }

    @Test
    void readsWhatIsForServersSuchAsOurs() throws IOException {
        assertThat(
                        read(
                                "/*M!999999\\- enable the sandbox mode */\n/*!40101 SET a = 1 */;\n"
                                        + "CREATE TABLE t (a INT /*!80023 INVISIBLE */ /*M!100616 COMMENT 'x' */);"))
                .containsExactly("2 SET a = 1", "3 CREATE TABLE t (a INT     COMMENT 'x'  )");
    }

    @Test
    void leavesDefinersOut() throws IOException {
        assertThat(
                        read(
                                "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a b`@`%` SQL SECURITY DEFINER */\n"
                                        + "/*!50001 VIEW v AS SELECT 'DEFINER=`x`@`y`' */;"))
                .singleElement()
                .asString()
                .doesNotContain("a b")
                .contains("SQL SECURITY DEFINER", "'DEFINER=`x`@`y`'");
    }

    @Test
    void writesBytesThatAreNoTextInHexadecimal() throws IOException {
        byte[] dump =
                "INSERT INTO t VALUES (_binary 'a\\0\\'\\n''', 'ü', 'X')"
                        .getBytes(StandardCharsets.UTF_8);
        dump[dump.length - 3] = (byte) 0x80;
        DumpText text = new DumpText(new ByteArrayInputStream(dump));

        assertThat(DumpStatement.of(text.next().orElseThrow().text()).text())
                .isEqualTo("INSERT INTO t VALUES (x'6100270a27', 'ü', x'80')");
    }

    @Nested
    class OfTheSession {
        private final DumpSession session = new DumpSession();

        private String after(String... statements) {
            for (String statement : statements) {
                session.apply(statement);
            }
            return session.statement().orElse("");
        }

        @Test
        void nothingIsSetByItself() {
            assertThat(after()).isEmpty();
        }

        @Test
        void whatMattersIsFollowed() {
            assertThat(
                            after(
                                    "SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'",
                                    "SET FOREIGN_KEY_CHECKS=0",
                                    "SET TIME_ZONE='+00:00'"))
                    .isEqualTo(
                            "SET SESSION foreign_key_checks=0, sql_mode='NO_AUTO_VALUE_ON_ZERO', time_zone='+00:00'");
        }

        @Test
        void whatWasKeptIsGivenBack() {
            assertThat(
                            after(
                                    "SET sql_mode = 'ANSI'",
                                    "SET @saved = @@sql_mode",
                                    "SET sql_mode = ''",
                                    "SET sql_mode = @saved"))
                    .isEqualTo("SET SESSION sql_mode='ANSI'");
            assertThat(after("SET sql_mode = @never")).isEmpty();
        }

        @Test
        void whatIsForAnotherServerIsNot() {
            assertThat(
                            after(
                                    "SET @@SESSION.SQL_LOG_BIN= 0",
                                    "SET GLOBAL sql_mode = 'ANSI'",
                                    "SET @@GLOBAL.GTID_PURGED= 'a:1-5'",
                                    "SET NAMES latin1",
                                    "SET character_set_client = latin1"))
                    .isEmpty();
        }
    }
}
