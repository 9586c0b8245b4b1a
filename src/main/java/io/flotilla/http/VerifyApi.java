package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Replica;
import io.flotilla.verify.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Whether all servers hold the same: `POST /verify`, done by the leader.
final class VerifyApi {
    private final Replica replica;
    private final Json json;
    private final Carrier carrier;

    VerifyApi(Replica replica, Json json, Carrier carrier) {
        this.replica = replica;
        this.json = json;
        this.carrier = carrier;
    }

    List<Route> routes() {
        return List.of(Route.sameSite("POST", "/verify", this::verify));
    }

    private void verify(Request request, Response response)
            throws IOException, InterruptedException {
        Fields fields = Fields.of(request, json);
        Optional<String> database = fields.optional("database");
        fields.refuseOthers();
        carrier.atLeader(
                request,
                response,
                reign -> {
                    response.send(
                            200, Response.JSON, Json.write(answer(report(request, database))));
                    return true;
                });
    }

    private Report report(Request request, Optional<String> database) throws InterruptedException {
        try {
            return replica.verify(database)
                    .get(request.deadline().left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FlotillaException failure) {
                throw failure;
            }
            throw new IllegalStateException("the comparison met a defect", e);
        } catch (TimeoutException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE,
                    "the servers are still being compared; /status will say what was found",
                    e);
        }
    }

    private static Map<String, Object> answer(Report report) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("equal", report.equal());
        answer.put("position", report.position());
        answer.put("took_ms", report.took().toMillis());
        answer.put("nodes", numbers(report.compared()));
        answer.put("silent", byNumber(report.silent()));
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Report.Line line : report.objects()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("object", line.object());
            object.put("node", line.node().number());
            object.put("rows", line.rows() < 0 ? null : line.rows());
            object.put("equal", line.equal());
            objects.add(object);
        }
        answer.put("objects", objects);
        answer.put("unread", report.unread());
        answer.put("differing", byNumber(report.differing()));
        answer.put("undecided", report.undecided());
        return answer;
    }

    private static List<Integer> numbers(Collection<NodeId> nodes) {
        return nodes.stream().map(NodeId::number).toList();
    }

    private static Map<String, String> byNumber(Map<NodeId, String> nodes) {
        Map<String, String> named = new TreeMap<>();
        nodes.forEach((node, reason) -> named.put(Integer.toString(node.number()), reason));
        return named;
    }
}
