package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KillTextTest {
    private static String soften(String sql) {
        byte[] soft = KillText.soften(sql.getBytes(StandardCharsets.UTF_8));
        return soft == null ? sql : new String(soft, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "KILL 5 | KILL SOFT 5",
                "kill query 5 | kill SOFT query 5",
                "KILL CONNECTION 5 | KILL SOFT CONNECTION 5",
                "Kill Hard Query 5 | Kill SOFT  Query 5",
                "KILL/**/HARD 5 | KILL SOFT/**/ 5",
                "/* c */ KILL 5 | /* c */ KILL SOFT 5",
                "/*!KILL 5 */ | /*!KILL SOFT 5 */",
                "/*!50000KILL QUERY 5*/ | /*!50000KILL SOFT QUERY 5*/",
                "/*M!100100 KILL 5*/ | /*M!100100 KILL SOFT 5*/",
                "KILL /*! HARD */ 5 | KILL SOFT /*!  */ 5",
                "SELECT 1; KILL 5 | SELECT 1; KILL SOFT 5",
                "KILL 5; KILL QUERY 6 | KILL SOFT 5; KILL SOFT QUERY 6",
                "BEGIN NOT ATOMIC KILL 5; END | BEGIN NOT ATOMIC KILL SOFT 5; END",
                "SELECT 'it''s'; KILL 5 | SELECT 'it''s'; KILL SOFT 5",
                "KILL QUERY ID 7 | KILL SOFT QUERY ID 7",
                "KILL USER 'bob' | KILL SOFT USER 'bob'",
                "-- x\u0001KILL 5 | -- x\u0001KILL 5",
                "SELECT `a'b`; KILL 5 | SELECT `a'b`; KILL SOFT 5",
                "SELECT \"KILL 5\"; KILL 5 | SELECT \"KILL 5\"; KILL SOFT 5"
            })
    void insertsSoft(String hard, String soft) {
        assertThat(soften(hard)).isEqualTo(soft);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL SOFT 5",
                "kill soft query 5",
                "SELECT 'KILL 5'",
                "SELECT \"KILL 5\"",
                "SELECT `kill` FROM t",
                "SELECT t.kill FROM t",
                "SELECT @kill",
                "SELECT skill, kills, killed FROM t",
                "/* KILL 5 */ SELECT 1",
                "SELECT 1 # KILL 5",
                "SELECT 1 -- KILL 5",
                "INSERT INTO t VALUES ('a''; KILL 5')",
                // Whether the string has ended here depends on sql_mode.
                "SELECT 'a\\'; KILL 5; -- '",
                ""
            })
    void leavesEverythingElse(String sql) {
        assertThat(soften(sql)).isEqualTo(sql);
    }

    @Test
    void doesNotNeedToKnowTheModeForAKillAtTheBeginning() {
        assertThat(soften("KILL 5 /* \\ */")).isEqualTo("KILL SOFT 5 /* \\ */");
    }

    @Test
    void staysCalmWhateverItIsGiven() {
        Random random = new Random(17);
        String[] parts = {
            "KILL", "HARD", "SOFT", "'", "\"", "`", "\\", "/*", "*/", "/*!", "--", " ", "\n", "#",
            ";", "5", "é", ".", "(", "M!"
        };
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String soft = soften(text.toString());
            // Made soft twice is made soft once.
            assertThat(soften(soft)).as(text.toString()).isEqualTo(soft);
        }
    }
}
