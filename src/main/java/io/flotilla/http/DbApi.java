package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Replica;
import io.flotilla.sql.Batch;
import io.flotilla.sql.Name;
import io.flotilla.sql.RawStatement;
import java.io.IOException;
import java.util.List;

/// SQL over HTTP in rqlite's form (docs/api.md, section 2): each request becomes one [Work].
final class DbApi {
    private final Json json;
    private final Carrier carrier;
    private final Replica replica;

    DbApi(Json json, Carrier carrier, Replica replica) {
        this.json = json;
        this.carrier = carrier;
        this.replica = replica;
    }

    List<Route> routes() {
        return List.of(
                Route.keyed("POST", "/db/execute", this::execute),
                Route.read("GET", "/db/query", this::query),
                Route.read("POST", "/db/query", this::query),
                Route.keyed("POST", "/db/request", this::request));
    }

    private void execute(Request request, Response response)
            throws IOException, InterruptedException {
        DbOptions options = DbOptions.of(request);
        refuseQ(request);
        change(batch(options, DbBody.read(request, json)), options, request, response);
    }

    private void query(Request request, Response response)
            throws IOException, InterruptedException {
        DbOptions options = DbOptions.of(request);
        Batch batch = batch(options, asked(request));
        for (RawStatement statement : batch.statements()) {
            if (statement.kind() != RawStatement.Kind.QUERY) {
                throw refused("a query can only read: send this to /db/execute or /db/request");
            }
        }
        read(batch, options, request, response);
    }

    private List<RawStatement> asked(Request request) throws IOException, InterruptedException {
        if (request.method().equals("POST")) {
            refuseQ(request);
            return DbBody.read(request, json);
        }
        String sql = request.parameters().get("q");
        if (sql == null) {
            throw refused("q is missing");
        }
        return List.of(DbBody.plain(sql));
    }

    private void request(Request request, Response response)
            throws IOException, InterruptedException {
        DbOptions options = DbOptions.of(request);
        refuseQ(request);
        Batch batch = batch(options, DbBody.read(request, json));
        if (batch.reads()) {
            read(batch, options, request, response);
        } else {
            change(batch, options, request, response);
        }
    }

    private static Batch batch(DbOptions options, List<RawStatement> statements) {
        return new Batch(options.database(), statements, options.transaction());
    }

    private void change(Batch batch, DbOptions options, Request request, Response response)
            throws IOException, InterruptedException {
        if (options.tx().isPresent()) {
            inTransaction(batch, options, request, response);
            return;
        }
        carrier.carry(
                new DbWork.Change(
                        batch,
                        options.answer(),
                        options.linearizable(),
                        request.key(batch.database().map(Name::text).orElse("")),
                        replica),
                request,
                response);
    }

    private void read(Batch batch, DbOptions options, Request request, Response response)
            throws IOException, InterruptedException {
        if (options.tx().isPresent()) {
            inTransaction(batch, options, request, response);
            return;
        }
        if (!asksForLines(request)) {
            carrier.carry(
                    new DbWork.Read(batch, options.answer(), options.terms()), request, response);
            return;
        }
        if (batch.statements().size() > 1) {
            throw refused("an answer in lines (" + NdjsonWriter.TYPE + ") is for one query");
        }
        carrier.carry(
                new DbWork.Stream(batch, options.answer(), options.terms()), request, response);
    }

    private void inTransaction(Batch batch, DbOptions options, Request request, Response response)
            throws IOException, InterruptedException {
        if (asksForLines(request) || request.header("Idempotency-Key").isPresent()) {
            throw refused(
                    "within a transaction of /tx there are no answers in lines, and a key belongs to its commit");
        }
        carrier.carry(
                new DbWork.InTransaction(options.tx().orElseThrow(), batch, options.answer()),
                request,
                response);
    }

    private static boolean asksForLines(Request request) {
        return request.header("Accept")
                .filter(types -> types.contains(NdjsonWriter.TYPE))
                .isPresent();
    }

    private static void refuseQ(Request request) {
        if (request.parameters().containsKey("q")) {
            throw refused("q is for GET /db/query");
        }
    }

    private static FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, why);
    }
}
