package io.flotilla.door;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a driver sends and gets through the doors of either node.
class DoorTest extends DoorsUnderTest {
    @ParameterizedTest
    @EnumSource
    void carriesAClient(By by) throws Exception {
        Connection client = connect(port(by));

        run(client, "REPLACE INTO shop.boats VALUES (1, 'Argo')");

        assertThat(value(client, "SELECT name FROM shop.boats WHERE id = 1")).isEqualTo("Argo");
        assertThat(value(client, "SELECT CURRENT_USER()")).isEqualTo("app@%");
        assertThat(value(client, "SELECT USER()")).isEqualTo("app@127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource
    void carriesMoreThanAPacketHolds(By by) throws Exception {
        String long20 = "x".repeat(20 << 20);
        Connection client = connect(port(by));
        try (PreparedStatement insert =
                client.prepareStatement("REPLACE INTO shop.boats VALUES (2, ?)")) {
            insert.setString(1, long20);
            insert.execute();
        }
        assertThat(value(client, "SELECT name FROM shop.boats WHERE id = 2")).isEqualTo(long20);
        run(client, "DELETE FROM shop.boats WHERE id = 2");
    }

    @ParameterizedTest
    @EnumSource
    void carriesLongDataOfServerSideStatements(By by) throws Exception {
        Connection client = connect(port(by), "app", "&useServerPrepStmts=true");
        byte[] data = new byte[3 << 20];
        Arrays.fill(data, (byte) 'y');
        try (PreparedStatement insert =
                client.prepareStatement("REPLACE INTO shop.boats VALUES (3, ?)")) {
            insert.setBinaryStream(1, new ByteArrayInputStream(data));
            insert.execute();
        }
        assertThat(value(client, "SELECT LENGTH(name) FROM shop.boats WHERE id = 3"))
                .isEqualTo(Integer.toString(data.length));
        run(client, "DELETE FROM shop.boats WHERE id = 3");
    }

    @ParameterizedTest
    @EnumSource
    void carriesALocalFile(By by) throws Exception {
        Path file = Files.createTempFile(directory, "boats", ".csv");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append(1000 + i).append("\tKILL ").append(i).append('\n');
        }
        Files.writeString(file, lines);
        Connection client = connect(port(by), "app", "&allowLocalInfile=true");
        run(client, "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE shop.boats");
        assertThat(value(client, "SELECT COUNT(*) FROM shop.boats WHERE name LIKE 'KILL %'"))
                .isEqualTo("20000");
        run(client, "DELETE FROM shop.boats WHERE id >= 1000");
    }

    @ParameterizedTest
    @EnumSource
    void softensKillsAndLetsThemStrikeWhatDoesNotWait(By by) throws Exception {
        Connection client = connect(port(by));
        Connection other = connect(port(by));
        String id = value(client, "SELECT CONNECTION_ID()");
        CompletableFuture<SQLException> victim =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        run(client, "SELECT SLEEP(60)");
                        return new SQLException("it slept on");
                    } catch (SQLException e) {
                        return e;
                    }
                });
        awaitTrue(
                "asleep",
                () ->
                        server.query(
                                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'")
                                .equals("1"));
        run(other, "KILL QUERY " + id);

        victim.get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(value(client, "SELECT 1")).isEqualTo("1");
        long softened = (by == By.LEADER ? leading : following).counters().killsSoftened();
        assertThat(softened).isEqualTo(1);
        run(other, "KILL " + id);
        assertThatThrownBy(() -> value(client, "SELECT 1")).isInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @EnumSource
    void keepsAKilledCommitFromItsClientWhileTheMajorityIsAway(By by) throws Exception {
        Connection client = connect(port(by));
        Connection other = connect(port(by), "app", "&allowMultiQueries=true");
        int row = by == By.LEADER ? 90 : 91;
        String id = value(client, "SELECT CONNECTION_ID()");
        server.hold();
        CompletableFuture<Boolean> victim =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        run(client, "INSERT INTO shop.boats VALUES (" + row + ", 'not yet')");
                        return true;
                    } catch (SQLException e) {
                        return false;
                    }
                });
        awaitTrue(
                "waiting",
                () ->
                        server.query(
                                        "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for semi-sync ACK%'")
                                .equals("1"));
        run(other, "KILL HARD QUERY " + id);
        assertThatThrownBy(() -> victim.get(500, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        // Its connection is closed; the commit waits on.
        run(other, "SELECT 1; KILL CONNECTION " + id);
        assertThat(victim.get(SOON.toSeconds(), TimeUnit.SECONDS)).isFalse();
        assertThat(server.query("SELECT COUNT(*) FROM shop.boats WHERE id = " + row))
                .isEqualTo("0");
        server.release();
        eventually(
                SOON,
                () ->
                        assertThat(
                                        server.query(
                                                "SELECT COUNT(*) FROM shop.boats WHERE id = "
                                                        + row))
                                .isEqualTo("1"));
    }
}
