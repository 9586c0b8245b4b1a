package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Leader;
import io.flotilla.sql.Attempt;
import io.flotilla.sql.LocalSql;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/// Does a request's work where it belongs: here, or at the leader. Thread-safe.
///
/// A write goes to the leader, and on to the next one as long as nobody has executed it and its deadline is not over.
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

    Carrier(Replica replica, LocalSql sql, Forwarding forwarding) {
        this.replica = replica;
        this.sql = sql;
        this.forwarding = forwarding;
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
        atLeader(
                request,
                response,
                reign -> changeHere(change, reign, request.deadline(), response));
    }

    /// What only the leader does.
    @FunctionalInterface
    interface LeadersWork {
        /// @return false when nothing was done, since the reign was over
        boolean done(Reign reign) throws IOException, InterruptedException;
    }

    /// Does the work at the leader, and at the next one as long as nobody has done it and the deadline is not over.
    void atLeader(Request request, Response response, LeadersWork work)
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
                                forwarding.send(member, request, response, false);
                    };
            if (done) {
                return;
            }
            pause(request.deadline());
        }
    }

    private boolean changeHere(
            Work.Change change, Reign reign, Deadline deadline, Response response)
            throws IOException, InterruptedException {
        return switch (sql.write(reign, change.write(), deadline)) {
            case Attempt.NotHere nothing -> false;
            case Attempt.Done done -> {
                response.header("Flotilla-Gtid", done.position().toString());
                response.header("Flotilla-Rows-Affected", Long.toString(done.rows()));
                response.header(
                        "Flotilla-Last-Insert-Id",
                        done.lastInsertId().orElse(BigInteger.ZERO).toString());
                response.send(200, Response.JSON, Json.write(Map.of("message", change.message())));
                yield true;
            }
        };
    }

    private void read(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        switch (read.level()) {
            case NONE -> readAsItIs(read, request, response);
            case WEAK -> readAtLeader(read, request, response);
            case LINEARIZABLE -> readLinearizable(read, request, response);
        }
    }

    private void readAsItIs(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        if (!sql.read(read.query(), request.deadline(), new RowWriter(response))) {
            throw new FlotillaException(Failure.UNAVAILABLE, "this node's server does not serve");
        }
    }

    private void readAtLeader(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        while (true) {
            Optional<Reign> reign = replica.reign();
            if (reign.isPresent()
                    && sql.read(read.query(), request.deadline(), new RowWriter(response))) {
                return;
            }
            if (carriedOn(request, response)) {
                return;
            }
        }
    }

    private void readLinearizable(Work.Read read, Request request, Response response)
            throws IOException, InterruptedException {
        while (true) {
            if (request.forwarded()) {
                reignHere();
            }
            Optional<DataSource> server = upToDateServer(request);
            if (server.isPresent()
                    && sql.read(
                            server.get(),
                            read.query(),
                            request.deadline(),
                            new RowWriter(response))) {
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
                && forwarding.send(member, request, response, true)) {
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
