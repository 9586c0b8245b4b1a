package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The tokens by which programs log in over HTTP as an account, in a reign of this node. Thread-safe.
public final class Tokens {
    private static final int SECRET_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Replica replica;
    private final Pools pools;
    private final Writer writer;

    Tokens(Replica replica, Pools pools, Writer writer) {
        this.replica = replica;
        this.pools = pools;
        this.writer = writer;
    }

    /// Whose tokens.
    public record Owner(String user, String host) {}

    /// A token without its secret.
    public record Token(String name, Instant created, Instant expires) {}

    /// Makes the table if it is not there, and says with which second password an account logs in for its tokens.
    ///
    /// @throws FlotillaException `Unavailable` if the fleet's own tables cannot be reached
    public String password(Reign reign, Owner owner, Deadline deadline)
            throws InterruptedException {
        try {
            byte[] secret = pools.answers(reign).secret(deadline);
            Session session = pools.keepers(reign).borrow(deadline);
            boolean done = false;
            try {
                makeTable(session);
                done = true;
            } finally {
                pools.keepers(reign).giveBack(session, done);
            }
            return TokenTable.password(secret, owner.user(), owner.host());
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    /// Looked for first: even one that changes nothing goes the slow way of definitions.
    private static void makeTable(Session session) throws SQLException {
        try {
            session.execute(TokenTable.LOOK);
        } catch (SQLException e) {
            if (e.getErrorCode() != TokenTable.NO_SUCH_TABLE) {
                throw e;
            }
            session.execute(TokenTable.MAKE);
        }
    }

    /// The owner's tokens, by name; those that have ended too.
    public List<Token> list(Reign reign, Owner owner, Deadline deadline)
            throws InterruptedException {
        replica.awaitLinearizable(deadline);
        SessionPool keepers = pools.keepers(reign);
        try {
            Session session = keepers.borrow(deadline);
            boolean done = false;
            try (PreparedStatement question = session.prepare(TokenTable.LIST)) {
                question.setString(1, owner.user());
                question.setString(2, owner.host());
                List<Token> tokens = new ArrayList<>();
                try (ResultSet row = question.executeQuery()) {
                    while (row.next()) {
                        tokens.add(
                                new Token(
                                        row.getString(1),
                                        Instant.ofEpochSecond(row.getLong(2)),
                                        Instant.ofEpochSecond(row.getLong(3))));
                    }
                }
                done = true;
                return tokens;
            } finally {
                keepers.giveBack(session, done);
            }
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    /// Makes a token.
    ///
    /// @return its text, which is told nobody again; empty when this node does not lead any more
    /// @throws FlotillaException `Rejected` (409) if the owner has one of that name
    public Optional<String> add(Reign reign, Owner owner, Token token, Deadline deadline)
            throws InterruptedException {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Attempt attempt =
                write(
                        reign,
                        TokenTable.ADD,
                        List.of(
                                TokenTable.id(secret).hex(),
                                owner.user(),
                                owner.host(),
                                token.name(),
                                token.created().getEpochSecond(),
                                token.expires().getEpochSecond()),
                        deadline);
        return attempt instanceof Attempt.Done
                ? Optional.of(owner.user() + "." + secret)
                : Optional.empty();
    }

    /// Ends a token.
    ///
    /// @return how many there were; empty when this node does not lead any more
    public Optional<Long> remove(Reign reign, Owner owner, String name, Deadline deadline)
            throws InterruptedException {
        return rows(
                write(
                        reign,
                        TokenTable.REMOVE,
                        List.of(owner.user(), owner.host(), name),
                        deadline));
    }

    /// Ends all of an owner's.
    public Optional<Long> removeAll(Reign reign, Owner owner, Deadline deadline)
            throws InterruptedException {
        return rows(
                write(reign, TokenTable.REMOVE_ALL, List.of(owner.user(), owner.host()), deadline));
    }

    private static Optional<Long> rows(Attempt attempt) {
        return attempt instanceof Attempt.Done done ? Optional.of(done.rows()) : Optional.empty();
    }

    private Attempt write(Reign reign, String sql, List<Object> values, Deadline deadline)
            throws InterruptedException {
        Optional<Reign.Pass> pass = LocalSql.enter(reign, deadline);
        if (pass.isEmpty()) {
            return new Attempt.NotHere("the reign ended");
        }
        return writer.<Attempt>write(
                        reign,
                        pass.get(),
                        pools.keepers(reign),
                        SessionPool.Need.OF_NODE,
                        deadline,
                        confirmation ->
                                new WriteRun(
                                        Write.rows(sql, new ArrayList<>(values), false),
                                        confirmation))
                .orElseGet(() -> new Attempt.NotHere("the leader's server takes no new work"));
    }

    private static FlotillaException unreachable(SQLException e) {
        return new FlotillaException(
                Failure.UNAVAILABLE, "the fleet's own tables cannot be reached", e);
    }
}
