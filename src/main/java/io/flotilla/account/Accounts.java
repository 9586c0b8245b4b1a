package io.flotilla.account;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import io.flotilla.sql.Attempt;
import io.flotilla.sql.Definitions;
import io.flotilla.sql.Name;
import io.flotilla.sql.SqlConfig;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The accounts of clients, in a reign of this node. Thread-safe; one change at a time.
///
/// Each change answers whether it was done: false when nothing was, since this node does not lead any more. What needs
/// several statements and is interrupted between two of them fails with the outcome `partial`.
public final class Accounts implements AutoCloseable {
    /// "Operation CREATE USER failed for ...", which is also what ALTER USER and DROP USER say of one that is not there.
    private static final int OPERATION_FAILED = 1396;

    /// GRANT to one that is not there.
    private static final int NO_SUCH_ACCOUNT = 1133;

    /// REVOKE of what was not given.
    private static final int NO_SUCH_GRANT = 1141;

    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private final Replica replica;
    private final Definitions definitions;
    private final ReentrantLock changing = new ReentrantLock(true);

    public Accounts(Replica replica, SqlConfig config) {
        this.replica = replica;
        this.definitions = new Definitions(replica, config);
    }

    /// All of them, as every acknowledged change has left them.
    public List<Account> list(Reign reign, Deadline deadline) throws InterruptedException {
        replica.awaitLinearizable(deadline);
        return accounts(reign, deadline);
    }

    private static List<Account> accounts(Reign reign, Deadline deadline) {
        return new Register(reign.registrar(), deadline.left()).accounts();
    }

    /// Makes an account.
    ///
    /// @param administrator whether it has all rights in all databases but the server's and ours; else it has none yet
    /// @throws FlotillaException `Rejected` (409) if there is one of that name
    public boolean create(
            Reign reign,
            AccountName name,
            Password password,
            boolean administrator,
            Deadline deadline)
            throws InterruptedException {
        name.refuseLocalhost();
        return change(
                reign,
                administrator
                        ? AccountStatements.createAdministrator(name, password)
                        : AccountStatements.create(name, password),
                name,
                "made" + (administrator ? ", an administrator" : ""),
                deadline);
    }

    /// Gives rights in a database, which need not exist yet.
    ///
    /// @throws FlotillaException `NotFound` if there is no such account, `Rejected` if it is an administrator
    public boolean grant(
            Reign reign, AccountName name, Name database, Set<Right> rights, Deadline deadline)
            throws InterruptedException {
        refuseAdministrator(reign, name, deadline);
        return change(
                reign,
                List.of(AccountStatements.grant(name, database, rights)),
                name,
                "may " + Right.words(rights) + " in " + database,
                deadline);
    }

    /// Takes rights in a database away; sessions that are open keep them until they use another database or end.
    ///
    /// @throws FlotillaException `NotFound` if there is no such account or it has none of them there, `Rejected` if it is an
    ///     administrator
    public boolean revoke(
            Reign reign, AccountName name, Name database, Set<Right> rights, Deadline deadline)
            throws InterruptedException {
        refuseAdministrator(reign, name, deadline);
        return change(
                reign,
                List.of(AccountStatements.revoke(name, database, rights)),
                name,
                "may not " + Right.words(rights) + " in " + database + " any more",
                deadline);
    }

    /// The row for a database would take the place of the one for all: it would have less there, or what is withheld.
    private static void refuseAdministrator(Reign reign, AccountName name, Deadline deadline) {
        if (accounts(reign, deadline).stream()
                .anyMatch(account -> account.is(name) && account.administrator())) {
            throw new FlotillaException(
                    Failure.REJECTED,
                    name + " is an administrator: it has all rights there are for clients");
        }
    }

    /// Gives an account another password; open sessions go on.
    ///
    /// @throws FlotillaException `NotFound` if there is no such account
    public boolean password(Reign reign, AccountName name, Password password, Deadline deadline)
            throws InterruptedException {
        return change(
                reign,
                List.of(AccountStatements.password(name, password)),
                name,
                "has another password",
                deadline);
    }

    /// Whether an account may log in by a second password.
    public boolean hasSecondPassword(
            Reign reign, AccountName name, Password second, Deadline deadline) {
        return hashes(reign, name, deadline).get(1).equals(second.hash());
    }

    /// Lets an account log in by a second password as well. [#password] takes it away again.
    ///
    /// A password that the account gives itself in the moment between looking and writing is lost.
    ///
    /// @throws FlotillaException `NotFound` if there is no such account
    public boolean secondPassword(Reign reign, AccountName name, Password second, Deadline deadline)
            throws InterruptedException {
        String own = hashes(reign, name, deadline).getFirst();
        if (!own.matches("\\*[0-9A-F]{40}")) {
            throw new FlotillaException(Failure.REJECTED, name + " has no password of its own");
        }
        return change(
                reign,
                List.of(AccountStatements.secondPassword(name, own, second)),
                name,
                "may log in by tokens",
                deadline);
    }

    private static List<String> hashes(Reign reign, AccountName name, Deadline deadline) {
        return new Register(reign.registrar(), deadline.left())
                .hashes(name)
                .orElseThrow(() ->
                        new FlotillaException(
                                Failure.NOT_FOUND, "there is no account " + name + " of ours"));
    }

    /// Removes an account with its rights; open sessions go on until they end.
    ///
    /// @throws FlotillaException `NotFound` if there is no such account
    public boolean drop(Reign reign, AccountName name, Deadline deadline)
            throws InterruptedException {
        return change(reign, List.of(AccountStatements.drop(name)), name, "is no more", deadline);
    }

    /// Makes the first administrator if the fleet has no account, or goes on where that was interrupted.
    ///
    /// @return false when this node does not lead any more
    boolean ensureFirst(Reign reign, AccountName name, FirstPassword password, Deadline deadline)
            throws InterruptedException {
        List<Account> all = list(reign, deadline);
        if (all.isEmpty()) {
            return create(reign, name, password.read(), true, deadline);
        }
        boolean interrupted =
                all.stream().anyMatch(account -> account.is(name) && account.locked());
        return !interrupted
                || change(
                        reign,
                        AccountStatements.makeAdministrator(name),
                        name,
                        "made to its end, an administrator",
                        deadline);
    }

    /// Where the first administrator's password comes from.
    interface FirstPassword {
        Password read();
    }

    private boolean change(
            Reign reign, List<String> statements, AccountName name, String what, Deadline deadline)
            throws InterruptedException {
        if (!changing.tryLock(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new FlotillaException(
                    Failure.OVERLOADED, "another change of accounts is under way");
        }
        try {
            boolean done = run(reign, statements, name, deadline);
            if (done) {
                LOG.info("account {}: {}", name, what);
            }
            return done;
        } finally {
            changing.unlock();
        }
    }

    private boolean run(Reign reign, List<String> statements, AccountName name, Deadline deadline)
            throws InterruptedException {
        boolean begun = false;
        for (String statement : statements) {
            Attempt attempt;
            try {
                attempt = definitions.define(reign, statement, deadline);
            } catch (FlotillaException e) {
                FlotillaException failure = inOurWords(e, name, statement);
                throw begun ? failure.partial() : failure;
            }
            switch (attempt) {
                case Attempt.Done done -> begun = true;
                case Attempt.NotHere(String why) -> {
                    if (!begun) {
                        return false;
                    }
                    throw new FlotillaException(
                                    Failure.UNAVAILABLE,
                                    name + " was left locked, drop it and add it again: " + why)
                            .partial();
                }
            }
        }
        return true;
    }

    private static FlotillaException inOurWords(
            FlotillaException e, AccountName name, String statement) {
        return switch (e.errno()) {
            case OPERATION_FAILED ->
                    statement.startsWith("CREATE")
                            ? new FlotillaException(
                                            Failure.REJECTED, "there is an account " + name, e)
                                    .withStatus(409)
                            : missing(name, e);
            case NO_SUCH_ACCOUNT -> missing(name, e);
            case NO_SUCH_GRANT ->
                    new FlotillaException(
                            Failure.NOT_FOUND, name + " was not given these rights there", e);
            default -> e;
        };
    }

    private static FlotillaException missing(AccountName name, FlotillaException e) {
        return new FlotillaException(Failure.NOT_FOUND, "there is no account " + name, e);
    }

    @Override
    public void close() {
        definitions.close();
    }
}
