package io.flotilla.http;

import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Replica;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// Who is there and who leads: `/ping`, `/is-master`, `/nodes`.
final class NodesApi {
    /// How long another node may take to show that it is there.
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

    private static final Executor PROBES =
            work -> Thread.ofVirtual().name("http-probe").start(work);

    private final Replica replica;
    private final ForwardLink link;

    NodesApi(Replica replica, ForwardLink link) {
        this.replica = replica;
        this.link = link;
    }

    List<Route> routes() {
        return List.of(
                Route.open(
                        "/ping", (request, response) -> response.send(200, Response.TEXT, "pong")),
                Route.essential("/is-master", this::isMaster),
                Route.essential("/nodes", this::nodes));
    }

    private void isMaster(Request request, Response response) throws IOException {
        response.send(
                200, Response.JSON, Json.write(Map.of("isMaster", replica.reign().isPresent())));
    }

    private void nodes(Request request, Response response) throws IOException {
        Object answer = "2".equals(request.parameters().get("ver")) ? rqlite() : compatible();
        response.send(200, Response.JSON, Json.write(answer));
    }

    private Map<String, Object> compatible() {
        boolean here = replica.reign().isPresent();
        Optional<NodeId> master = leaderId(here);
        List<String> slaves =
                replica.members().stream()
                        .filter(member -> !Optional.of(member.id()).equals(master))
                        .map(NodesApi::http)
                        .toList();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("master", master.flatMap(this::member).map(NodesApi::http).orElse(null));
        answer.put("slaves", slaves);
        answer.put("isMaster", here);
        return answer;
    }

    /// A node that was elected and has not opened its doors leads nobody yet.
    private Optional<NodeId> leaderId(boolean here) {
        if (here) {
            return Optional.of(replica.self());
        }
        return replica.standing().leader().filter(leader -> !leader.equals(replica.self()));
    }

    private Optional<Member> member(NodeId id) {
        return replica.members().stream().filter(member -> member.id().equals(id)).findFirst();
    }

    private static String http(Member member) {
        return member.http().toString();
    }

    /// rqlite's form of the list, as its `/nodes?ver=2` gives it: each node is asked now.
    private Map<String, Object> rqlite() {
        Optional<NodeId> leader = leaderId(replica.reign().isPresent());
        List<CompletableFuture<Map<String, Object>>> asked = new ArrayList<>();
        for (Member member : replica.members()) {
            asked.add(CompletableFuture.supplyAsync(() -> probe(member, leader), PROBES));
        }
        return Map.of("nodes", asked.stream().map(CompletableFuture::join).toList());
    }

    private Map<String, Object> probe(Member member, Optional<NodeId> leader) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("id", member.id().toString());
        node.put("api_addr", http(member));
        node.put("addr", member.host() + ":" + member.port());
        node.put("voter", true);
        long began = System.nanoTime();
        node.put("reachable", true);
        node.put("leader", Optional.of(member.id()).equals(leader));
        if (!member.id().equals(replica.self())) {
            try (ForwardLink.Pipe pipe = link.open(member.id(), PROBE_PATIENCE)) {
                node.put("reachable", pipe.remote().equals(member.id()));
            } catch (IOException e) {
                node.put("reachable", false);
                node.put("error", String.valueOf(e.getMessage()));
            }
        }
        node.put("time", (System.nanoTime() - began) / 1e9);
        return node;
    }

    /// The names under which the members are reached.
    static String host(URI http) {
        return String.valueOf(http.getHost());
    }
}
