package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Leader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Who leads, and who shall: `/leader`.
final class LeaderApi {
    private final Replica replica;
    private final Json json;
    private final Carrier carrier;

    LeaderApi(Replica replica, Json json, Carrier carrier) {
        this.replica = replica;
        this.json = json;
        this.carrier = carrier;
    }

    List<Route> routes() {
        return List.of(
                Route.essential("/leader", this::leader),
                Route.write("POST", "/leader", this::handOver));
    }

    private void leader(Request request, Response response) throws IOException {
        Optional<NodeId> leader =
                replica.reign().isPresent()
                        ? Optional.of(replica.self())
                        // a node that was elected and has not opened its doors leads nobody yet
                        : replica.standing().leader().filter(node -> !node.equals(replica.self()));
        response.send(
                200,
                Response.JSON,
                answer(
                        leader.orElseThrow(
                                () -> new FlotillaException(Failure.UNAVAILABLE, "nobody leads"))));
    }

    private void handOver(Request request, Response response)
            throws IOException, InterruptedException {
        Fields fields = Fields.of(request, json);
        Optional<NodeId> successor = fields.node("id").map(this::member);
        fields.refuseOthers();
        carrier.atLeader(
                request,
                response,
                reign -> {
                    if (!successor.equals(Optional.of(replica.self()))) {
                        await(replica.handOver(successor), request.deadline());
                    }
                    response.send(
                            200,
                            Response.JSON,
                            answer(successorNow(successor, request.deadline())));
                    return true;
                });
    }

    private NodeId member(JsonNode id) {
        return replica.members().stream()
                .map(Member::id)
                .filter(member -> id.asText().equals(Integer.toString(member.number())))
                .findFirst()
                .orElseThrow(() ->
                        new FlotillaException(
                                Failure.BAD_REQUEST,
                                "id must be the number of a member, not " + id));
    }

    private static void await(CompletableFuture<Void> handover, Deadline deadline)
            throws InterruptedException {
        try {
            handover.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE,
                    "the lead was not handed over: "
                            + Optional.ofNullable(e.getCause()).orElse(e).getMessage(),
                    e);
        } catch (TimeoutException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "the handover does not end within the deadline", e);
        }
    }

    private NodeId successorNow(Optional<NodeId> asked, Deadline deadline)
            throws InterruptedException {
        NodeId leader =
                switch (replica.awaitLeader(deadline)) {
                    case Leader.Here here -> replica.self();
                    case Leader.Elsewhere(Member member) -> member.id();
                };
        if (asked.isPresent() && !asked.get().equals(leader)) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "node " + leader + " took the lead instead");
        }
        return leader;
    }

    private byte[] answer(NodeId leader) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", leader.number());
        replica.members().stream()
                .filter(member -> member.id().equals(leader))
                .forEach(member -> answer.put("http", member.http().toString()));
        answer.put("term", replica.standing().term());
        return Json.write(answer);
    }
}
