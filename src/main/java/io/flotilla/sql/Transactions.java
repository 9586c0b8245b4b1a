package io.flotilla.sql;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The interactive transactions that are open in this node's reign. Thread-safe.
///
/// A token names the term of its reign, so that a later leader knows that it is none of its own, and 128 random bits, so
/// that nobody else can guess it.
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private static final int TOKEN_BYTES = 16;

    /// Ended ones whose end is remembered, to be told.
    private static final int REMEMBERED = 1_000;

    private static final Duration LOOK = Duration.ofMillis(50);

    private static final String NOT_HERE = "it is not open at this leader";

    private final SecureRandom random = new SecureRandom();
    private final TxLimits limits;
    private final SqlConfig config;
    private final Semaphore permits;
    private final Map<String, OpenTransaction> open = new ConcurrentHashMap<>();
    private final Map<String, String> ended = new LinkedHashMap<>();

    Transactions(SqlConfig config) {
        this.config = config;
        this.limits = config.transactions();
        this.permits = new Semaphore(limits.open());
    }

    TxLimits limits() {
        return limits;
    }

    int open() {
        return open.size();
    }

    /// Opens one in a session of the reign; the pass is closed with it, or when this fails.
    ///
    /// @param account whose it is; nobody else finds it
    /// @return its token; empty if the server does not take it
    Optional<String> begin(
            Reign reign,
            Reign.Pass pass,
            SessionPool pool,
            Identity who,
            String account,
            String database,
            Deadline deadline)
            throws InterruptedException {
        if (!permits.tryAcquire()) {
            pass.close();
            throw new FlotillaException(
                    Failure.OVERLOADED, limits.open() + " transactions are open already");
        }
        boolean begun = false;
        try {
            Session session =
                    pool.borrow(new SessionPool.Need(who, database, Footprint.LOCKS), deadline);
            try {
                session.askLastGtid();
                session.execute("START TRANSACTION");
                String token = reign.term() + "-" + secret();
                keep(
                        token,
                        new OpenTransaction(
                                pool, session, account, pass, config, why -> forget(token, why)));
                begun = true;
                return Optional.of(token);
            } finally {
                if (!begun) {
                    pool.giveBack(session, SessionPool.Use.SPOILT);
                }
            }
        } catch (SQLException e) {
            LOG.debug("no session for a transaction", e);
            return Optional.empty();
        } finally {
            if (!begun) {
                pass.close();
                permits.release();
            }
        }
    }

    private String secret() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void keep(String token, OpenTransaction transaction) {
        open.put(token, transaction);
        Thread.ofVirtual().name("sql-tx").start(() -> watch(transaction));
    }

    /// Ends it when it is left alone, or takes too long.
    private void watch(OpenTransaction transaction) {
        try {
            while (transaction.over().isEmpty()) {
                Duration left = transaction.left(limits);
                if (left.isPositive()) {
                    Thread.sleep(left.compareTo(LOOK) < 0 ? left : LOOK);
                } else if (!transaction.endIfUnused("it was left open for too long")) {
                    Thread.sleep(LOOK);
                }
            }
        } catch (InterruptedException e) {
            transaction.endIfUnused("this node is stopping");
            Thread.currentThread().interrupt();
        }
    }

    /// Notes that it is over; at once, so that a client may begin the next one.
    private void forget(String token, String why) {
        synchronized (ended) {
            ended.put(token, why);
            Iterator<String> oldest = ended.keySet().iterator();
            while (ended.size() > REMEMBERED && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
        }
        if (open.remove(token) != null) {
            permits.release();
        }
    }

    /// @throws FlotillaException `TxLost` if it is not open here for that account
    OpenTransaction find(String token, String account) {
        OpenTransaction transaction = open.get(token);
        if (transaction != null && !transaction.account().equals(account)) {
            throw OpenTransaction.lost(NOT_HERE);
        }
        if (transaction == null) {
            throw OpenTransaction.lost(whyNot(token));
        }
        return transaction;
    }

    private String whyNot(String token) {
        synchronized (ended) {
            return ended.getOrDefault(token, NOT_HERE);
        }
    }
}
