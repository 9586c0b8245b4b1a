package io.flotilla.sql;

import io.flotilla.binlog.Gtid;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/// Clients' statements on this node's server, as one of them ([#as]) or under the node's restricted account. Thread-safe.
///
/// It never goes elsewhere and never sends a statement twice.
public final class LocalSql implements AutoCloseable {
    private static final String ABANDONED = "the deadline of a request in it was over";

    private static final String NO_SESSION = "the leader's server takes no new work";

    private final Replica replica;
    private final SqlConfig config;
    private final Pools pools;
    private final Transactions transactions;
    private final KeysUnderWay underWay;
    private final Writer writer;
    private final Reader reader;
    private final Logins logins;
    private final AccessCheck accesses;
    private final Identity who;

    public LocalSql(Replica replica, SqlConfig config) {
        this.replica = replica;
        this.config = config;
        this.logins = new Logins(config.logins());
        this.pools = new Pools(config, logins);
        this.accesses = new AccessCheck(config.logins());
        this.transactions = new Transactions(config);
        this.underWay = new KeysUnderWay();
        this.writer = new Writer(replica, config);
        this.reader = new Reader(config);
        this.who = Identity.NODE;
    }

    private LocalSql(LocalSql all, Identity who) {
        this.replica = all.replica;
        this.config = all.config;
        this.logins = all.logins;
        this.pools = all.pools;
        this.accesses = all.accesses;
        this.transactions = all.transactions;
        this.underWay = all.underWay;
        this.writer = all.writer;
        this.reader = all.reader;
        this.who = who;
    }

    /// The tokens by which programs log in.
    public Tokens tokens() {
        return new Tokens(replica, pools, writer);
    }

    /// The same as somebody: what it runs, runs with the rights of that account and no others.
    public LocalSql as(Identity identity) {
        return new LocalSql(this, identity);
    }

    /// Who that is, as the server says; what it said is trusted for a moment ([LoginLimits#trust]).
    ///
    /// @throws FlotillaException `Unauthenticated` if it is not who it says; `Overloaded`; `Unavailable` if the server does
    ///     not answer
    public Access access(DataSource server, Deadline deadline) throws InterruptedException {
        return who.isNode() ? Access.NODE : accesses.of(pools.checkers(server), who, deadline);
    }

    private String account(Deadline deadline) throws InterruptedException {
        DataSource server =
                replica.server()
                        .orElseThrow(() -> new FlotillaException(Failure.UNAVAILABLE, NO_SESSION));
        return access(server, deadline).account();
    }

    /// Runs a write in a reign of this node, and answers when Raft has committed it.
    ///
    /// @throws FlotillaException not applied: `Rejected`, `NotFound`, `Forbidden`, `Conflict` by the server, `Overloaded`
    ///     when no session was free; or `Unknown`
    public Attempt write(Reign reign, Write write, Deadline deadline) throws InterruptedException {
        return inReign(
                        reign,
                        "",
                        write.footprint(),
                        deadline,
                        confirmation -> new WriteRun(write, confirmation))
                .orElseGet(() -> new Attempt.NotHere(NO_SESSION));
    }

    /// Runs a write under a key: once, however often it is asked for.
    public Attempt write(Reign reign, Write write, WriteKey key, Deadline deadline)
            throws InterruptedException {
        return switch (write(reign, write.batch(), Optional.of(key), true, deadline)) {
            case BatchAttempt.NotHere(String why) -> new Attempt.NotHere(why);
            case BatchAttempt.Broken broken -> throw broken.failure();
            case BatchAttempt.Done done ->
                    switch (done.results().getFirst()) {
                        case StatementResult.Failed failed -> throw failed.failure();
                        case StatementResult.Changed changed ->
                                new Attempt.Done(
                                        done.position(), changed.rows(), changed.lastInsertId());
                        case StatementResult.Rows rows ->
                                new Attempt.Done(done.position(), 0, Optional.empty());
                    };
        };
    }

    /// Runs a batch in a reign of this node, and answers when Raft has committed what it wrote.
    ///
    /// @param key under which it is done once, if any
    /// @param stopsAtFailure whether the statements after one that failed are not run
    /// @throws FlotillaException not applied: `NotFound`, `Forbidden` of the batch's database, `Overloaded` when no session
    ///     was free, `Rejected` with status 409 when the key was used for something else; or `Unknown`
    public BatchAttempt write(
            Reign reign,
            Batch batch,
            Optional<WriteKey> key,
            boolean stopsAtFailure,
            Deadline deadline)
            throws InterruptedException {
        Optional<BatchAttempt> attempt =
                key.isPresent()
                        ? keyed(reign, batch, key.get(), stopsAtFailure, deadline)
                        : inReign(
                                reign,
                                database(batch),
                                batch.footprint(),
                                deadline,
                                confirmation ->
                                        new BatchRun(batch, stopsAtFailure, confirmation, config));
        return attempt.orElseGet(() -> new BatchAttempt.NotHere(NO_SESSION));
    }

    private Optional<BatchAttempt> keyed(
            Reign reign, Batch batch, WriteKey key, boolean stopsAtFailure, Deadline deadline)
            throws InterruptedException {
        KeysUnderWay.Turn turn = underWay.take(key.id(0), deadline);
        AtomicBoolean begun = new AtomicBoolean();
        try {
            return inReign(
                    reign,
                    database(batch),
                    Footprint.LOCKS,
                    deadline,
                    confirmation -> {
                        KeptAnswers answers = pools.answers(reign);
                        KeyedRun run =
                                new KeyedRun(
                                        batch,
                                        key,
                                        stopsAtFailure,
                                        confirmation,
                                        answers,
                                        config,
                                        turn);
                        begun.set(true);
                        return run;
                    });
        } finally {
            if (!begun.get()) {
                turn.close();
            }
        }
    }

    /// Opens an interactive transaction in a reign of this node.
    ///
    /// @return its token; empty if this node does not lead any more, or its server takes no session
    public Optional<String> begin(Reign reign, Optional<Name> database, Deadline deadline)
            throws InterruptedException {
        Optional<Reign.Pass> pass = enter(reign, deadline);
        if (pass.isEmpty()) {
            return Optional.empty();
        }
        Optional<DataSource> server = replica.server();
        if (server.isEmpty()) {
            pass.get().close();
            return Optional.empty();
        }
        SessionPool pool = pools.writers(reign, server.get());
        String account = "";
        boolean known = false;
        try {
            account = access(server.get(), deadline).account();
            known = true;
        } finally {
            if (!known) {
                pass.get().close();
            }
        }
        return transactions.begin(
                reign,
                pass.get(),
                pool,
                who,
                account,
                database.map(Name::text).orElse(""),
                deadline);
    }

    /// Runs statements in an interactive transaction. Nothing of them is committed yet.
    ///
    /// @throws FlotillaException `TxLost` if it is not open here, or not any more; `Conflict` if it is in use
    public List<StatementResult> run(
            String token, Batch batch, boolean stopsAtFailure, Deadline deadline)
            throws InterruptedException {
        OpenTransaction transaction = transactions.find(token, account(deadline));
        transaction.enter();
        AtomicBoolean abandoned = new AtomicBoolean();
        try {
            return Writer.supervise(
                    deadline.left().plus(config.answerGrace()),
                    () -> {
                        try {
                            return transaction.run(
                                    batch, stopsAtFailure, TimeLimit.byServer(deadline));
                        } finally {
                            if (abandoned.get()) {
                                transaction.end(ABANDONED);
                            }
                            transaction.leave();
                        }
                    });
        } catch (FlotillaException e) {
            if (e.failure() != Failure.UNKNOWN) {
                throw e;
            }
            abandoned.set(true);
            transaction.endIfUnused(ABANDONED);
            throw OpenTransaction.lost(ABANDONED);
        }
    }

    /// Commits an interactive transaction.
    ///
    /// @param key under which the commit is done once, if any
    /// @return a position as of which it is committed; empty when another node is to be asked
    /// @throws FlotillaException `TxLost` if it is not open here; `Unknown`
    public Optional<Gtid> commit(
            Reign reign, String token, Optional<WriteKey> key, Deadline deadline)
            throws InterruptedException {
        String account = account(deadline);
        KeysUnderWay.Turn turn =
                key.isPresent() ? underWay.take(key.get().id(0), deadline) : () -> {};
        TxCommit commit =
                new TxCommit(
                        replica,
                        reign,
                        transactions,
                        key.isPresent() ? Optional.of(pools.answers(reign)) : Optional.empty(),
                        token,
                        account,
                        key,
                        deadline);
        return Writer.supervise(
                deadline.left().plus(config.answerGrace()),
                () -> {
                    try {
                        return commit.run();
                    } finally {
                        turn.close();
                    }
                });
    }

    /// Undoes an interactive transaction and ends it.
    ///
    /// @throws FlotillaException `TxLost` if it is not open here; `Conflict` if it is in use
    public void rollBack(String token, Deadline deadline) throws InterruptedException {
        OpenTransaction transaction = transactions.find(token, account(deadline));
        transaction.enter();
        transaction.end("it was rolled back");
        transaction.leave();
    }

    /// How long interactive transactions may be open.
    public TxLimits transactionLimits() {
        return transactions.limits();
    }

    static Optional<Reign.Pass> enter(Reign reign, Deadline deadline) throws InterruptedException {
        try {
            return Optional.of(reign.enter(deadline));
        } catch (FlotillaException e) {
            if (deadline.over() || e.failure() != Failure.UNAVAILABLE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private <T> Optional<T> inReign(
            Reign reign, String database, Footprint work, Deadline deadline, Writer.Runs<T> runs)
            throws InterruptedException {
        Optional<Reign.Pass> pass = enter(reign, deadline);
        Optional<DataSource> server = replica.server();
        if (pass.isEmpty() || server.isEmpty()) {
            pass.ifPresent(Reign.Pass::close);
            return Optional.empty();
        }
        SessionPool pool = pools.writers(reign, server.get());
        SessionPool.Need need = new SessionPool.Need(who, database, work);
        return writer.write(reign, pass.get(), pool, need, deadline, runs);
    }

    private static String database(Batch batch) {
        return batch.database().map(Name::text).orElse("");
    }

    /// Copies a result into `sink`, as this node's server has it now.
    ///
    /// @return false when this node's server does not serve; nothing was given to the sink
    /// @throws FlotillaException when the query fails; rows may have been given to the sink before
    /// @throws IOException what the sink threw
    public boolean read(Query query, Deadline deadline, RowSink sink)
            throws IOException, InterruptedException {
        Optional<DataSource> server = replica.server();
        return server.isPresent() && read(server.get(), query, deadline, sink);
    }

    /// The same from one start of the server and no later one: what is known of its position is not known of the next.
    public boolean read(DataSource server, Query query, Deadline deadline, RowSink sink)
            throws IOException, InterruptedException {
        return reader.read(
                pools.readers(server),
                who,
                "",
                List.of(query),
                false,
                deadline,
                new OneAnswer(sink));
    }

    /// Answers a batch that only reads, from one start of the server, in one session that cannot write.
    ///
    /// @return false when that server does not serve; nothing was given to the sink
    /// @throws FlotillaException when it cannot go on; answers may have been given to the sink before
    /// @throws IOException what the sink threw
    public boolean read(DataSource server, Batch batch, Deadline deadline, AnswerSink sink)
            throws IOException, InterruptedException {
        List<Query> queries = batch.statements().stream().map(Query::of).toList();
        return reader.read(
                pools.readers(server),
                who,
                database(batch),
                queries,
                batch.transaction(),
                deadline,
                sink);
    }

    /// For `/status` and metrics.
    public List<PoolUse> use() {
        return pools.use();
    }

    /// Logins that the server refused, since this node began.
    public long failedLogins() {
        return logins.failedLogins();
    }

    /// Logins that were not tried, because too many had failed.
    public long slowedLogins() {
        return logins.slowedLogins();
    }

    /// Ends idle sessions now, and those in use when their statements have ended.
    @Override
    public void close() {
        pools.close();
    }

    /// The one answer is all there is: a failure is the request's.
    private record OneAnswer(RowSink rows) implements AnswerSink {
        @Override
        public void failed(FlotillaException failure) {
            throw failure;
        }
    }
}
