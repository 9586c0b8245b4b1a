package io.flotilla.account;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.engine.ClientLogin;
import io.flotilla.failure.Deadline;
import io.flotilla.sql.FakeReplica;
import io.flotilla.sql.LeadingServer;
import io.flotilla.sql.SqlConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The administrator of the configuration, on one real server.
final class FirstAdministratorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AccountName BOSS = new AccountName("boss", "%");

    @TempDir static Path directory;

    private static LeadingServer server;
    private Accounts accounts;
    private FakeReplica replica;
    private Path password;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin(@TempDir Path place) throws Exception {
        replica = new FakeReplica(1, List.of());
        replica.leads(server.newReign()).serves(server.server().http());
        accounts = new Accounts(replica, SqlConfig.defaults());
        password = place.resolve("password");
        Files.writeString(password, "of the boss alone\nnot this\n");
        permissions("rw-------");
    }

    @AfterEach
    void end() throws Exception {
        for (Account account : list()) {
            accounts.drop(server.reign(), new AccountName(account.user(), account.host()), soon());
        }
        accounts.close();
    }

    private void permissions(String text) throws Exception {
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString(text));
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(20));
    }

    private List<Account> list() throws InterruptedException {
        return accounts.list(server.reign(), soon());
    }

    private FirstAdministrator first() {
        return FirstAdministrator.start(
                new AdministratorConfig(BOSS, Optional.of(password)), replica, accounts);
    }

    @Test
    void isMadeInAFleetWithoutAccounts() throws Exception {
        try (FirstAdministrator _ = first()) {
            eventually(
                    PATIENCE, () -> assertThat(list()).hasSize(1).allMatch(one -> !one.locked()));
        }

        assertThat(list().getFirst().administrator()).isTrue();
        ClientLogin.as(server.server(), "boss", "of the boss alone").getConnection().close();
    }

    @Test
    void isMadeToItsEndWhereItWasInterrupted() throws Exception {
        server.execute("CREATE USER boss ACCOUNT LOCK");

        try (FirstAdministrator _ = first()) {
            eventually(PATIENCE, () -> assertThat(list()).allMatch(one -> !one.locked()));
        }

        assertThat(list()).hasSize(1).allMatch(Account::administrator);
    }

    @Test
    void doesNotComeBackInAFleetThatHasOthers() throws Exception {
        AccountName other = new AccountName("other", "%");
        accounts.create(server.reign(), other, Password.of("12345678"), false, soon());

        assertThat(
                        accounts.ensureFirst(
                                server.reign(), BOSS, () -> Password.of("12345678"), soon()))
                .isTrue();
        assertThat(list()).allMatch(account -> account.is(other));
    }

    @Test
    void isNotMadeWithAPasswordThatEverybodyCanRead() throws Exception {
        permissions("rw-r--r--");
        try (FirstAdministrator first = first()) {
            eventually(PATIENCE, () -> assertThat(first.complaint()).contains("open to everybody"));
            assertThat(list()).isEmpty();

            permissions("rw-------");
            eventually(PATIENCE, () -> assertThat(list()).hasSize(1));
        }
    }

    @Test
    void waitsUntilThisNodeLeads() throws Exception {
        replica.followsNobody();
        try (FirstAdministrator _ = first()) {
            replica.leads(server.reign());

            eventually(PATIENCE, () -> assertThat(list()).hasSize(1));
        }
    }
}
