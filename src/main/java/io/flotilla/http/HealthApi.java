package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.observe.Observations;
import io.flotilla.peer.Member;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Standing;
import io.flotilla.replication.Standing.Role;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How this node is: `/livez`, `/readyz`, `/status`, `/metrics`. None of them waits for anything.
final class HealthApi {
    /// A node whose server is further behind than this is not ready for reads (docs/api.md, section 4).
    private static final Duration READY_LAG = Duration.ofSeconds(1);

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Replica replica;
    private final Observations observations;
    private final String version;
    private final InstantSource clock;
    private final Instant started;

    HealthApi(Replica replica, Observations observations, String version, InstantSource clock) {
        this.replica = replica;
        this.observations = observations;
        this.version = version;
        this.clock = clock;
        this.started = clock.instant();
    }

    List<Route> routes() {
        return List.of(
                Route.open(
                        "/livez", (request, response) -> response.send(200, Response.TEXT, "ok")),
                Route.open("/readyz", this::ready),
                Route.essential("/status", this::status),
                Route.essential("/metrics", this::metrics));
    }

    /// Anybody may ask, so that it names no more than states: what went wrong, with names of files and tables, is in
    /// `/status`.
    private void ready(Request request, Response response) throws IOException {
        Map<String, String> asked = request.parameters();
        Standing standing = replica.standing();
        refuseUnless(standing.leader().isPresent(), "no leader is known");
        if (asked.containsKey("sync")) {
            refuseUnless(
                    standing.applied().seq() >= standing.committed().seq(),
                    "this node's server is behind");
        }
        if (!asked.containsKey("leader")) {
            refuseUnless(
                    replica.server().isPresent(),
                    "this node's server does not serve: it is " + word(standing.role()));
            refuseUnless(
                    standing.role() == Role.FOLLOWING || replica.reign().isPresent(),
                    notNow(standing));
            refuseUnless(
                    standing.lag().compareTo(READY_LAG) <= 0,
                    "this node's server is " + standing.lag().toMillis() + " ms behind");
        }
        response.send(200, Response.TEXT, "ready");
    }

    private static String notNow(Standing standing) {
        return "this node is " + word(standing.role());
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static void refuseUnless(boolean holds, String otherwise) {
        if (!holds) {
            throw new FlotillaException(Failure.UNAVAILABLE, otherwise);
        }
    }

    private void metrics(Request request, Response response) throws IOException {
        response.send(200, PROMETHEUS, observations.scrape());
    }

    private void status(Request request, Response response) throws IOException {
        Standing standing = replica.standing();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("node", node());
        status.put("role", word(standing.role()));
        status.put("since", standing.since().toString());
        status.put("why", standing.why());
        status.put("term", standing.term());
        status.put("leader", standing.leader().map(leader -> leader.number()).orElse(null));
        status.put("isMaster", replica.reign().isPresent());
        status.put("serving", replica.server().isPresent());
        status.put("committed", standing.committed().toString());
        status.put("applied", standing.applied().toString());
        status.put("lag_ms", standing.lag().toMillis());
        status.put("members", members(standing));
        status.putAll(observations.sections());
        response.send(200, Response.JSON, Json.write(status));
    }

    private Map<String, Object> node() {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("id", replica.self().number());
        node.put("version", version);
        node.put("java", Runtime.version().toString());
        node.put("started", started.toString());
        node.put("uptime_seconds", Duration.between(started, clock.instant()).toSeconds());
        return node;
    }

    private List<Map<String, Object>> members(Standing standing) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Member member : replica.members()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("id", member.id().number());
            entry.put("host", member.host());
            entry.put("port", member.port());
            entry.put("http", member.http().toString());
            entry.put("leader", standing.leader().filter(member.id()::equals).isPresent());
            list.add(entry);
        }
        return list;
    }
}
