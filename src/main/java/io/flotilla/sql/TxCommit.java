package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The commit of an interactive transaction, asked for once or again.
///
/// With a key, that it was committed is kept in the transaction itself, and so any later leader can say whether it was.
/// Without one, a leader can say so of its own transactions only.
record TxCommit(
        Replica replica,
        Reign reign,
        Transactions transactions,
        Optional<KeptAnswers> answers,
        String token,
        String account,
        Optional<WriteKey> key,
        Deadline deadline) {
    private static final Logger LOG = LoggerFactory.getLogger(TxCommit.class);

    /// @return a position as of which it is committed; empty when another node is to be asked
    Optional<Gtid> run() throws InterruptedException {
        try {
            if (answers.isPresent()) {
                Optional<Kept> kept = answers.get().find(id(), deadline);
                if (kept.isPresent()) {
                    return committedBefore(kept.get());
                }
            }
            return Optional.of(commit());
        } catch (SQLException e) {
            LOG.debug("the kept answers cannot be reached", e);
            return Optional.empty();
        }
    }

    private Hash id() {
        return key.orElseThrow().id(0);
    }

    private Hash request() {
        return new Hash.Maker().add(token.getBytes(StandardCharsets.UTF_8)).make();
    }

    private Optional<Gtid> committedBefore(Kept kept) throws SQLException, InterruptedException {
        if (!kept.request().equals(request())) {
            throw WriteKey.usedOtherwise();
        }
        return answers.orElseThrow().confirmed(replica, reign, deadline);
    }

    private Gtid commit() throws SQLException, InterruptedException {
        OpenTransaction transaction;
        try {
            transaction = transactions.find(token, account);
            transaction.enter();
        } catch (FlotillaException e) {
            return endedBefore(e);
        }
        try {
            return transaction.commit(
                    lastWord(),
                    new Confirmation(
                            replica, reign, transaction.session(), TimeLimit.byServer(deadline)));
        } finally {
            transaction.leave();
        }
    }

    private Gtid endedBefore(FlotillaException lost) {
        if (lost.failure() != Failure.TX_LOST || key.isPresent()) {
            throw lost;
        }
        if (lost.message().endsWith(OpenTransaction.COMMITTED)) {
            return replica.standing().committed();
        }
        boolean ours = token.startsWith(reign.term() + "-");
        if (ours && !lost.message().endsWith(OpenTransaction.UNCERTAIN)) {
            throw lost;
        }
        // Whether an earlier commit of it succeeded, nobody here can know.
        throw lost.uncertain();
    }

    private String lastWord() throws SQLException, InterruptedException {
        return answers.isEmpty()
                ? ""
                : answers.get()
                        .keeping(
                                id(),
                                request(),
                                replica.standing().committed().seq(),
                                ResultBytes.write(List.of()),
                                deadline);
    }
}
