package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a log says of a client's statement.
final class NamedTest {
    @Test
    void namesNoValue() {
        assertThat(
                        Named.withoutValues(
                                "UPDATE t1 SET a='it''s \\' secret', b = \"s\"\"t\"  WHERE id = 12.5e3\n AND x'41' = 0x42 /* pw */ -- end"))
                .isEqualTo("UPDATE t1 SET a=?, b = ? WHERE id = ? AND x? = ?");
    }

    @Test
    void namesNothingOfATextThatDoesNotEnd() {
        assertThat(Named.withoutValues("SELECT 'secret \\' and on")).isEqualTo("SELECT ?");
    }

    @Test
    void isShortAndALine() {
        assertThat(Named.withoutValues("SELECT a\nFROM " + "t,".repeat(5000)))
                .hasSizeLessThan(310)
                .startsWith("SELECT a FROM t,t,")
                .endsWith("...");
    }
}
