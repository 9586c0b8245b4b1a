package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayTest {
    private static final int EXISTS = 1050;

    private final Replay replay = new Replay();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE IF EXISTS `t`",
                "drop view if exists `a b`.`t`",
                "CREATE DATABASE IF NOT EXISTS `shop` DEFAULT CHARACTER SET latin1",
                "CREATE OR REPLACE VIEW v AS SELECT 1",
                "SELECT SETVAL(`numbers`, 7, 0)",
            })
    void whatSaysSoMayBeDoneTwice(String statement) {
        assertThat(replay.allows(statement)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE `t` (a INT)",
                "DROP TABLE t",
                "ALTER TABLE t ADD c INT",
                "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
                "CREATE TABLE t (a VARCHAR(50) DEFAULT 'IF NOT EXISTS')",
            })
    void nothingElse(String statement) {
        assertThat(replay.allows(statement)).isFalse();
        assertThat(replay.wasDone(statement, EXISTS)).isFalse();
    }

    @Test
    void whatThisLoadHasDroppedCanOnlyExistBecauseOfIt() {
        String create = "CREATE TABLE `T` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=InnoDB";

        replay.done("DROP TABLE IF EXISTS `t`");

        assertThat(replay.allows(create)).isTrue();
        assertThat(replay.wasDone(create, EXISTS)).isTrue();
        assertThat(replay.wasDone(create, 1064)).isFalse();
        assertThat(replay.allows("CREATE TABLE u (a INT)")).isFalse();

        replay.done(create);

        assertThat(replay.allows(create)).isFalse();
    }

    @Test
    void routinesTriggersAndEventsAreKnownByTheirNames() {
        replay.done("DROP PROCEDURE IF EXISTS `fill`");
        replay.done("DROP TRIGGER IF EXISTS stamp");

        assertThat(replay.allows("CREATE  PROCEDURE `fill`(n INT) BEGIN SELECT 1; END")).isTrue();
        assertThat(replay.allows("CREATE TRIGGER stamp BEFORE INSERT ON t FOR EACH ROW SET @a=1"))
                .isTrue();
        assertThat(replay.copy().allows("CREATE TRIGGER stamp AFTER INSERT ON t FOR EACH ROW DO 1"))
                .isTrue();
    }
}
