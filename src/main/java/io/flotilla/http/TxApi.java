package io.flotilla.http;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.sql.LocalSql;
import io.flotilla.sql.Name;
import io.flotilla.sql.TxLimits;
import io.flotilla.sql.WriteKey;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Interactive transactions (docs/api.md, section 2): `/tx`, and what ends one. What runs in one goes to `/db/*?tx=`.
final class TxApi {
    private final Carrier carrier;

    TxApi(Carrier carrier) {
        this.carrier = carrier;
    }

    List<Route> routes() {
        return List.of(
                Route.write("POST", "/tx", this::begin),
                Route.keyed("POST", "/tx/{tx}/commit", this::commit),
                Route.write("POST", "/tx/{tx}/rollback", this::rollBack));
    }

    private void begin(Request request, Response response)
            throws IOException, InterruptedException {
        Map<String, String> given = request.parameters();
        refuseOthers(given, Set.of("db", "timeout"));
        Optional<Name> database =
                Optional.ofNullable(given.get("db")).map(name -> Name.database("db", name));
        carrier.carry(new Begin(database), request, response);
    }

    private void commit(Request request, Response response)
            throws IOException, InterruptedException {
        refuseOthers(request.parameters(), Set.of("timeout"));
        Optional<WriteKey> key =
                WriteKey.of(
                        request.who().user(), "/tx/commit", "", request.header("Idempotency-Key"));
        carrier.carry(new Commit(token(request), key), request, response);
    }

    private void rollBack(Request request, Response response)
            throws IOException, InterruptedException {
        refuseOthers(request.parameters(), Set.of("timeout"));
        carrier.carry(new Rollback(token(request)), request, response);
    }

    private static String token(Request request) {
        return request.path().split("/", -1)[2];
    }

    private static void refuseOthers(Map<String, String> given, Set<String> known) {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new FlotillaException(Failure.BAD_REQUEST, "unknown parameter: " + name);
            }
        }
    }

    private record Begin(Optional<Name> database) implements Work.Change {
        @Override
        public boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            Optional<String> token = sql.begin(reign, database, deadline);
            if (token.isEmpty()) {
                return false;
            }
            TxLimits limits = sql.transactionLimits();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("tx", token.get());
            answer.put("idle_timeout_ms", limits.idle().toMillis());
            answer.put("max_ms", limits.longest().toMillis());
            response.send(200, Response.JSON, Json.write(answer));
            return true;
        }
    }

    private record Commit(String token, Optional<WriteKey> key) implements Work.Change {
        @Override
        public boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            var position = sql.commit(reign, token, key, deadline);
            if (position.isEmpty()) {
                return false;
            }
            response.header("Flotilla-Gtid", position.get().toString());
            response.send(
                    200, Response.JSON, Json.write(Map.of("message", "Transaction committed")));
            return true;
        }
    }

    private record Rollback(String token) implements Work.Change {
        @Override
        public boolean doHere(LocalSql sql, Reign reign, Deadline deadline, Response response)
                throws IOException, InterruptedException {
            sql.rollBack(token, deadline);
            response.send(
                    200, Response.JSON, Json.write(Map.of("message", "Transaction rolled back")));
            return true;
        }
    }
}
