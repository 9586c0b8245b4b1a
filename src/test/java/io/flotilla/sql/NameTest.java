package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"users", "Users_2", "$a-b", "用户", "имя", "ὄνομα", "नाम", "1st", "order"})
    void takesLettersOfAnyScript(String text) {
        assertThat(Name.of("table", text).quoted()).isEqualTo("`" + text + "`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a`b",
                "a.b",
                "a;b",
                "a'b",
                "a\"b",
                "a/b",
                "../a",
                "a\\b",
                "a\u0000",
                "a\n",
                "#mysql50#mysql",
                "a@b",
                "a%",
                "🚢",
                "a\u200db",
                "\u0301a",
                "x`; DROP DATABASE testdb; --"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Name.of("table", text))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> assertThat(e.failure()).isEqualTo(Failure.BAD_REQUEST));
    }

    @Test
    void takesUpTo64Letters() {
        assertThat(Name.of("table", "ж".repeat(64)).text()).hasSize(64);
        assertThatThrownBy(() -> Name.of("table", "ж".repeat(65))).hasMessageContaining("64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql",
                "MySQL",
                "sys",
                "flotilla",
                "FLOTILLA",
                "information_schema",
                "INFORMATION_SCHEMA",
                "Performance_Schema"
            })
    void forbidsTheSystemsDatabases(String text) {
        assertThatThrownBy(() -> Name.database("dbname", text))
                .isInstanceOfSatisfying(
                        FlotillaException.class,
                        e -> assertThat(e.failure()).isEqualTo(Failure.FORBIDDEN));
        assertThat(Name.of("table", text).text()).isEqualTo(text);
    }
}
