package io.flotilla.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableDefinitionTest {
    @Test
    void leavesOutTheCounterAndTheDefaultOfNull() {
        assertThat(
                        TableDefinition.normalise(
                                """
                                CREATE TABLE `t` (
                                  `a` int(11) DEFAULT NULL,
                                  `b` int(11) DEFAULT NULL COMMENT 'b',
                                  `c` int(11)
                                ) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4\
                                """))
                .isEqualTo(
                        """
                        CREATE TABLE `t` (
                          `a` int(11),
                          `b` int(11) COMMENT 'b',
                          `c` int(11)
                        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4\
                        """);
    }

    @Test
    void leavesQuotedTextAlone() {
        String definition =
                "CREATE TABLE `a AUTO_INCREMENT=5` (`x` int COMMENT ' DEFAULT NULL, ''\\' DEFAULT NULL,')"
                        + " COMMENT=' AUTO_INCREMENT=5 SEQUENCE=1'";

        assertThat(TableDefinition.normalise(definition)).isEqualTo(definition);
        assertThat(TableDefinition.isSequence(definition)).isFalse();
    }

    @Test
    void knowsTheTableOfASequence() {
        assertThat(
                        TableDefinition.isSequence(
                                "CREATE TABLE `s` (`a` int) ENGINE=InnoDB SEQUENCE=1 COMMENT='x'"))
                .isTrue();
    }
}
