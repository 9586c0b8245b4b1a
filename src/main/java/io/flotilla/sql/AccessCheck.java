package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/// Asks the server who a client is, and remembers it for as long as a login is trusted. Thread-safe.
final class AccessCheck {
    /// Each account sees its own rights. Nobody but an administrator is given any on `%` (ADR 0013).
    private static final String ASK =
            """
            SELECT CURRENT_USER(),
                   EXISTS(SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES
                          WHERE TABLE_SCHEMA = '%' AND PRIVILEGE_TYPE = 'DROP')
            """;

    private final LoginLimits limits;
    private final Map<Identity, Known> known;

    AccessCheck(LoginLimits limits) {
        this.limits = limits;
        this.known = new FailedLogins.Lru<>(limits.remembered());
    }

    private record Known(Access access, SessionPool by, long when) {}

    /// @throws FlotillaException `Unauthenticated`, `Overloaded`; `Unavailable` if the server does not answer
    Access of(SessionPool pool, Identity who, Deadline deadline) throws InterruptedException {
        synchronized (known) {
            Known last = known.get(who);
            if (last != null && fresh(last, pool)) {
                return last.access();
            }
        }
        try {
            Access access = ask(pool, who, deadline);
            synchronized (known) {
                known.put(who, new Known(access, pool, System.nanoTime()));
            }
            return access;
        } catch (SQLException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "this node's server does not tell who this is", e);
        }
    }

    /// Of this start of the server: what another has said may be of later or of earlier.
    @SuppressWarnings("ReferenceEquality")
    private boolean fresh(Known last, SessionPool pool) {
        return last.by() == pool && System.nanoTime() - last.when() < limits.trust().toNanos();
    }

    private static Access ask(SessionPool pool, Identity who, Deadline deadline)
            throws SQLException, InterruptedException {
        Session session = pool.borrow(new SessionPool.Need(who, "", Footprint.TRACES), deadline);
        boolean whole = false;
        try (PreparedStatement question = session.prepare(ASK);
                ResultSet row = question.executeQuery()) {
            row.next();
            Access access = new Access(row.getString(1), row.getBoolean(2));
            whole = true;
            return access;
        } finally {
            pool.giveBack(session, whole);
        }
    }
}
