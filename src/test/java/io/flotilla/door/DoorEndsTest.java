package io.flotilla.door;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.replication.Replica;
import io.flotilla.sql.FakeReplica;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom the doors let in, how long they let wait, and when they pass nothing or cut.
class DoorEndsTest extends DoorsUnderTest {
    @ParameterizedTest
    @ValueSource(strings = {"flotilla_admin", "flotilla_http", "root", "'flotilla_admin'"})
    void refusesInternalAccounts(String user) throws Exception {
        assertThatThrownBy(() -> connect(port(By.FOLLOWER), user, ""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
        eventually(SOON, () -> assertThat(following.counters().refused()).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"far", "nobody"})
    void letsTheServerRefuseTheRest(String user) {
        assertThatThrownBy(() -> connect(port(By.FOLLOWER), user, ""))
                .isInstanceOf(SQLException.class);
        assertThat(following.counters().refused()).isZero();
    }

    @Test
    void doesNotTakeMoreClientsThanItsLimit() throws Exception {
        MySqlDoors narrow =
                doors(
                        new FakeReplica(2, List.of(member(2, freePort()))).leads(reign),
                        new DoorLimits(1, 1, SHORT, SOON, SOON, DoorLimits.LEAST_BUFFER, SOON),
                        Optional.empty());
        Connection first = connect(narrow.readWritePort().orElseThrow());

        assertThatThrownBy(() -> connect(narrow.readWritePort().orElseThrow()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1040));
        first.close();
        eventually(
                SOON,
                () ->
                        assertThat(value(connect(narrow.readWritePort().orElseThrow()), "SELECT 1"))
                                .isEqualTo("1"));
    }

    @Test
    void letsANewClientWaitForALeader() throws Exception {
        leader.followsNobody();
        follower.followsNobody();
        CompletableFuture<Connection> waiting =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return connect(port(By.FOLLOWER));
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
        awaitTrue("waits", () -> following.counters().waiting() == 1);
        follower.follows(1);
        leader.leads(reign);

        assertThat(value(waiting.get(SOON.toSeconds(), TimeUnit.SECONDS), "SELECT 1"))
                .isEqualTo("1");
    }

    @Test
    void saysWhenNobodyLeads() throws Exception {
        MySqlDoors alone =
                doors(
                        new FakeReplica(2, List.of(member(2, freePort()))).followsNobody(),
                        new DoorLimits(9, 9, SHORT, SOON, SOON, DoorLimits.LEAST_BUFFER, SOON),
                        Optional.empty());
        assertThatThrownBy(() -> connect(alone.readWritePort().orElseThrow()))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> {
                            assertThat(e.getMessage()).contains("No node leads");
                            assertThat(e.getSQLState()).startsWith("08");
                        });
    }

    @ParameterizedTest
    @EnumSource
    void cutsEverybodyWhenTheReignEnds(By by) throws Exception {
        Connection client = connect(port(by));
        reign.end();
        leader.followsNobody();
        leader.changed();

        eventually(SOON, () -> assertThat(leading.counters().cut()).isEqualTo(1));
        assertThatThrownBy(() -> value(client, "SELECT 1")).isInstanceOf(SQLException.class);
        eventually(SOON, () -> assertThat(leading.sessions()).isZero());
    }

    @ParameterizedTest
    @EnumSource
    void passesNothingWhileATransactionIsStalled(By by) throws Exception {
        Connection client = connect(port(by));
        assertThat(value(client, "SELECT 1")).isEqualTo("1");
        reign.uncommitted(Duration.ofMillis(51));
        CompletableFuture<String> answer = asked(client, "SELECT 2");
        assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        reign.uncommitted(Duration.ofMillis(49));
        assertThat(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("2");
    }

    @Test
    void takesNothingNewFromClientsWhileAHandoverHoldsThem() throws Exception {
        Connection client = connect(port(By.LEADER));
        reign.hold(true);
        CompletableFuture<String> answer = asked(client, "SELECT 2");
        assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        reign.hold(false);
        assertThat(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("2");
    }

    @ParameterizedTest
    @EnumSource
    void letsATransactionComeToItsEndInAHandover(By by) throws Exception {
        int id = by == By.LEADER ? 101 : 102;
        Connection within = connect(port(by));
        Connection outside = connect(port(by));
        run(within, "START TRANSACTION");
        awaitTrue("a transaction is open", () -> reign.transactions() == 1);

        reign.finish();
        CompletableFuture<String> other = asked(outside, "SELECT 1");
        run(within, "INSERT INTO shop.boats VALUES (" + id + ", 'sloop')");
        run(within, "COMMIT");

        awaitTrue("no transaction is open", () -> reign.transactions() == 0);
        CompletableFuture<String> next =
                asked(within, "SELECT name FROM shop.boats WHERE id = " + id);
        assertThatThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(next).isNotDone();
        reign.hold(false);
        assertThat(other.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(next.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("sloop");
    }

    @ParameterizedTest
    @EnumSource
    void forgetsATransactionWhoseClientIsGone(By by) throws Exception {
        Connection client = connect(port(by));
        run(client, "START TRANSACTION");
        awaitTrue("a transaction is open", () -> reign.transactions() == 1);

        client.close();

        awaitTrue("no transaction is open", () -> reign.transactions() == 0);
    }

    @Test
    void readsFromTheLocalServerWhileItIsFit() throws Exception {
        PretendedReading reading = new PretendedReading(server.server().socket());
        follower.reads(Optional.of(reading));
        Connection client = connect(following.readOnlyPort().orElseThrow());
        assertThat(value(client, "SELECT 1")).isEqualTo("1");

        reading.lag = Duration.ofMinutes(1);
        follower.changed();

        assertThatThrownBy(() -> value(client, "SELECT 1")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connect(following.readOnlyPort().orElseThrow()))
                .hasMessageContaining("behind");
    }

    @Test
    void readsBesidesTheLeader() throws Exception {
        follower.reads(Optional.of(new PretendedReading(server.server().socket())));
        Connection client = connect(leading.readOnlyPort().orElseThrow());
        assertThat(value(client, "SELECT 1")).isEqualTo("1");
        assertThat(following.counters().carried()).isEqualTo(1);
    }

    @Test
    void makesSessionsOfALonelyLeaderReadOnly() throws Exception {
        MySqlDoors alone =
                doors(
                        new FakeReplica(2, List.of(member(2, freePort()))).leads(reign),
                        DoorLimits.DEFAULT,
                        Optional.empty());
        Connection client = connect(alone.readOnlyPort().orElseThrow());
        assertThat(value(client, "SELECT 1")).isEqualTo("1");
        assertThatThrownBy(() -> run(client, "REPLACE INTO shop.boats VALUES (5, 'no')"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1792));
    }

    /// A server that may be read until the test says otherwise.
    private static final class PretendedReading implements Replica.Reading {
        private final Path socket;
        private volatile Duration lag = Duration.ZERO;

        PretendedReading(Path socket) {
            this.socket = socket;
        }

        @Override
        public Path socket() {
            return socket;
        }

        @Override
        public boolean over() {
            return false;
        }

        @Override
        public Duration lag() {
            return lag;
        }
    }
}
