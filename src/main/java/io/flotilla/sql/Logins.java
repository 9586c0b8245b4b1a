package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/// Logs clients in at the server, which alone decides who they are, and slows down whoever guesses. Thread-safe.
///
/// Who has shown the right password within the memory of failures is let through to the server whatever others have
/// tried under its name: a guesser does not lock it out.
final class Logins {
    /// Wrong user or password; an account that is locked; that may not come from there; whose password has expired; that
    /// proves itself in a way neither side can here.
    private static final Set<Integer> REFUSED =
            Set.of(1045, 1698, 4151, 1130, 1820, 1862, 1251, 1524);

    private static final Set<Integer> TOO_MANY = Set.of(1203, 1226);

    private final LoginLimits limits;
    private final FailedLogins failures;
    private final Map<Identity, Long> proven;
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong slowed = new AtomicLong();

    Logins(LoginLimits limits) {
        this.limits = limits;
        this.failures = new FailedLogins(limits);
        this.proven = new FailedLogins.Lru<>(limits.remembered());
    }

    /// @throws FlotillaException `Unauthenticated` if the server refuses it; `Overloaded` if too many have failed, and
    ///     nothing was checked
    /// @throws SQLException if the server takes no connection
    Session open(DataSource server, Identity who, Pins pins) throws SQLException {
        if (who.isNode()) {
            return Session.pin(who, who.open(server), pins);
        }
        refuseGuesses(who);
        try {
            Session session = Session.pin(who, who.open(server), pins);
            succeeded(who);
            return session;
        } catch (SQLException e) {
            if (TOO_MANY.contains(e.getErrorCode())) {
                throw SqlFailures.of(e);
            }
            if (!REFUSED.contains(e.getErrorCode())) {
                throw e;
            }
            failed(who);
            // Neither the server's text nor the cause: what exists is not told, and the user's name
            // may be a password.
            throw new FlotillaException(
                    Failure.UNAUTHENTICATED,
                    "the user or the password is wrong, or the token has ended");
        }
    }

    private void refuseGuesses(Identity who) {
        long now = System.nanoTime();
        synchronized (proven) {
            Long when = proven.get(who);
            if (when != null && now - when < limits.memory().toNanos()) {
                return;
            }
        }
        Duration left = failures.left(who, now);
        if (left.isPositive()) {
            slowed.incrementAndGet();
            throw new FlotillaException(
                    Failure.OVERLOADED,
                    "too many logins have failed: try again in " + (left.toSeconds() + 1) + " s");
        }
    }

    /// Who logs in again and again does not make others' guesses forgotten.
    private void succeeded(Identity who) {
        boolean first;
        synchronized (proven) {
            first = proven.put(who, System.nanoTime()) == null;
        }
        if (first) {
            failures.succeeded(who);
        }
    }

    private void failed(Identity who) {
        failed.incrementAndGet();
        failures.failed(who, System.nanoTime());
        synchronized (proven) {
            proven.remove(who);
        }
    }

    /// How long a login is trusted.
    Duration trust() {
        return limits.trust();
    }

    /// Logins that the server refused.
    long failedLogins() {
        return failed.get();
    }

    /// Logins that were not tried, because too many had failed.
    long slowedLogins() {
        return slowed.get();
    }
}
