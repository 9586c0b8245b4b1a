package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Leader;
import io.flotilla.sql.Access;
import io.flotilla.sql.LocalSql;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/// Does a request's work where it belongs: here, or at the leader. Thread-safe.
///
/// A request goes to the leader, and on to the next one as long as nobody has begun to execute it and its deadline is not
/// over.
/// A request that another node carried here is done here or not at all.
final class Carrier {
    /// Between two tries: a new leader opens its doors within some hundred milliseconds.
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// How long a linearizable read waits for a follower's own server before it goes to the leader: a follower that is
    /// busy with a long ALTER would hold it up for nothing.
    private static final Duration LOCAL_PATIENCE = Duration.ofSeconds(2);

    private final Replica replica;
    private final LocalSql sql;
    private final Forwarding forwarding;
    private final Freshness freshness;

    Carrier(Replica replica, LocalSql sql, Forwarding forwarding) {
        this.replica = replica;
        this.sql = sql;
        this.forwarding = forwarding;
        this.freshness = new Freshness(replica);
    }

    void carry(Work work, Request request, Response response)
            throws IOException, InterruptedException {
        switch (work) {
            case Work.Change change -> change(change, request, response);
            case Work.Read read -> read(read, request, response);
        }
    }

    private void change(Work.Change change, Request request, Response response)
            throws IOException, InterruptedException {
        lead(
                request,
                response,
                reign -> change.doHere(sql.as(request.who()), reign, request.deadline(), response));
    }

    /// What only the leader does, for operators.
    @FunctionalInterface
    interface LeadersWork {
        /// @return false when nothing was done, since the reign was over
        boolean done(Reign reign) throws IOException, InterruptedException;
    }

    /// What only the leader does, for somebody.
    @FunctionalInterface
    interface LeadersFavour {
        /// @return false when nothing was done, since the reign was over
        boolean done(Reign reign, Access who) throws IOException, InterruptedException;
    }

    /// Does the work of an operator's request at the leader, and at the next one as long as nobody has done it and the
    /// deadline is not over.
    ///
    /// @throws FlotillaException `Unauthenticated`; `Forbidden` if the request is not an operator's
    void atLeader(Request request, Response response, LeadersWork work)
            throws IOException, InterruptedException {
        forAccount(
                request,
                response,
                (reign, who) -> {
                    if (!who.operator()) {
                        throw new FlotillaException(
                                Failure.FORBIDDEN,
                                request.path()
                                        + " is for administrators, which this account is not");
                    }
                    return work.done(reign);
                });
    }

    /// The same for a request of any account.
    ///
    /// @throws FlotillaException `Unauthenticated`
    void forAccount(Request request, Response response, LeadersFavour work)
            throws IOException, InterruptedException {
        lead(
                request,
                response,
                reign -> {
                    Optional<DataSource> server = replica.server();
                    return server.isPresent()
                            && work.done(
                                    reign,
                                    sql.as(request.who()).access(server.get(), request.deadline()));
                });
    }

    private void lead(Request request, Response response, LeadersWork work)
            throws IOException, InterruptedException {
        if (request.forwarded()) {
            if (!work.done(reignHere())) {
                throw new NotHereException("the reign ended");
            }
            return;
        }
        while (true) {
            boolean done =
                    switch (replica.awaitLeader(request.deadline())) {
                        case Leader.Here(Reign reign) -> work.done(reign);
                        case Leader.Elsewhere(var member) ->
                                forwarding.send(member, request, response);
                    };
            if (done) {
                return;
            }
            pause(request.deadline());
        }
    }

    private void read(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        switch (read.terms().level()) {
            case NONE -> readAsItIs(read, request, response);
            case WEAK -> readAtLeader(read, request, response);
            case LINEARIZABLE -> readLinearizable(read, request, response);
        }
    }

    private void readAsItIs(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        Deadline deadline = request.deadline();
        DataSource server =
                replica.server()
                        .orElseThrow(() -> unavailable("this node's server does not serve"));
        if (read.terms().freshness().isPresent()) {
            server = freshness.await(read.terms().freshness().get(), deadline);
        }
        if (read.terms().atLeast().isPresent()) {
            server = replica.awaitShown(read.terms().atLeast().get(), deadline);
        }
        if (!readHere(read, server, request, response)) {
            throw unavailable("this node's server does not serve");
        }
    }

    private void readAtLeader(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        while (true) {
            Optional<DataSource> server = leadersServer(read.terms(), request.deadline());
            if (server.isPresent() && readHere(read, server.get(), request, response)) {
                return;
            }
            if (carriedOn(request, response)) {
                return;
            }
        }
    }

    private boolean readHere(Work.Read read, DataSource server, Request request, Response response)
            throws IOException, InterruptedException {
        return read.readHere(sql.as(request.who()), server, request.deadline(), response);
    }

    private Optional<DataSource> leadersServer(ReadTerms terms, Deadline deadline)
            throws InterruptedException {
        if (replica.reign().isEmpty()) {
            return Optional.empty();
        }
        return terms.atLeast().isPresent()
                ? Optional.of(replica.awaitShown(terms.atLeast().get(), deadline))
                : replica.server();
    }

    private static FlotillaException unavailable(String why) {
        return new FlotillaException(Failure.UNAVAILABLE, why);
    }

    private void readLinearizable(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        while (true) {
            if (request.forwarded()) {
                reignHere();
            }
            Optional<DataSource> server = upToDateServer(request);
            if (server.isPresent() && readHere(read, server.get(), request, response)) {
                return;
            }
            if (carriedOn(request, response)) {
                return;
            }
        }
    }

    private Optional<DataSource> upToDateServer(Request request) throws InterruptedException {
        if (replica.server().isEmpty()) {
            return Optional.empty();
        }
        Deadline deadline = request.deadline();
        boolean follower = replica.reign().isEmpty();
        Deadline patience =
                follower && deadline.left().compareTo(LOCAL_PATIENCE) > 0
                        ? Deadline.in(LOCAL_PATIENCE)
                        : deadline;
        try {
            return Optional.of(replica.awaitLinearizable(patience));
        } catch (FlotillaException e) {
            if (deadline.over()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /// Sends a read on to the leader, if that is another node; false when it is to be tried again.
    private boolean carriedOn(Request request, Response response)
            throws IOException, InterruptedException {
        if (request.forwarded()) {
            throw new NotHereException("this node does not lead");
        }
        if (replica.awaitLeader(request.deadline()) instanceof Leader.Elsewhere(var member)
                && forwarding.send(member, request, response)) {
            return true;
        }
        pause(request.deadline());
        return false;
    }

    private Reign reignHere() {
        return replica.reign().orElseThrow(() -> new NotHereException("this node does not lead"));
    }

    private static void pause(Deadline deadline) throws InterruptedException {
        if (deadline.over()) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "no leader took the request within its deadline");
        }
        Thread.sleep(PAUSE);
    }
}
