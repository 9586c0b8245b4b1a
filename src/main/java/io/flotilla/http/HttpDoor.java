package io.flotilla.http;

import io.flotilla.account.Accounts;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.observe.Observations;
import io.flotilla.peer.Member;
import io.flotilla.replication.Replica;
import io.flotilla.sql.LocalSql;
import io.flotilla.sql.PoolUse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The HTTP door of a node. Thread-safe.
///
/// Started before the node has a role: until its server serves and somebody leads, requests wait within their deadline.
public final class HttpDoor implements AutoCloseable {
    /// Routes of the contract that are not built yet.
    private static final Map<String, List<String>> LATER =
            Map.of(
                    "GET",
                    List.of(
                            "/members",
                            "/members/*",
                            "/backup",
                            "/changes",
                            "/console",
                            "/console/*"),
                    "POST",
                    List.of("/members", "/members/*"),
                    "DELETE",
                    List.of("/members", "/members/*"));

    private final JettyServer server;
    private final ForwardClient forwarding;
    private final LocalSql sql;
    private final AskerWatch askers;

    private HttpDoor(
            JettyServer server, ForwardClient forwarding, LocalSql sql, AskerWatch askers) {
        this.server = server;
        this.forwarding = forwarding;
        this.sql = sql;
        this.askers = askers;
    }

    /// @param link to the other nodes; its forwarding pipes are served from here on
    /// @param accounts of clients; closed by whoever made them
    /// @throws IOException if the address cannot be taken
    public static HttpDoor start(
            HttpConfig config,
            Replica replica,
            ForwardLink link,
            Accounts accounts,
            Observations observations,
            InstantSource clock)
            throws IOException {
        HttpLimits limits = config.limits();
        LocalSql sql = new LocalSql(replica, config.sql());
        ForwardClient forwarding =
                new ForwardClient(link, limits, () -> replica.standing().leader());
        List<Route> routes = new ArrayList<>();
        routes.addAll(new NodesApi(replica, link).routes());
        routes.addAll(new HealthApi(replica, observations, config.version(), clock).routes());
        Carrier carrier = new Carrier(replica, sql, forwarding);
        Json json = new Json(limits);
        routes.addAll(new LeaderApi(replica, json, carrier).routes());
        routes.addAll(new VerifyApi(replica, json, carrier).routes());
        routes.addAll(new CompatibleApi(json, carrier).routes(config.getWrites()));
        routes.addAll(new DbApi(json, carrier, replica).routes());
        routes.addAll(new TxApi(carrier).routes());
        routes.addAll(new TokensApi(json, carrier, accounts, sql, clock).routes());
        routes.addAll(new AccountsApi(json, carrier, accounts).routes());
        Doorman doorman = new Doorman(config.authentication(), replica, sql, forwarding);
        routes.add(doorman.whoAmI());
        routes.add(new OpenApi(routes, config.version()).route());
        routes.addAll(later());
        SiteGuard guard = new SiteGuard(hosts(config, replica));
        Front front = new Front(new Routes(routes), replica, guard, doorman, limits, observations);
        BodyBudget budget = new BodyBudget(limits.maxBodies());
        AskerWatch askers = new AskerWatch();
        link.serve(new ForwardServer(front, replica, limits, budget, askers));
        observe(observations, replica, front, budget, forwarding, sql);
        JettyServer server =
                JettyServer.start(config.listen(), config.tls(), limits, budget, askers, front);
        return new HttpDoor(server, forwarding, sql, askers);
    }

    private static Set<String> hosts(HttpConfig config, Replica replica) {
        Set<String> hosts = new HashSet<>(config.hosts());
        for (Member member : replica.members()) {
            hosts.add(NodesApi.host(member.http()));
        }
        return hosts;
    }

    private static List<Route> later() {
        List<Route> routes = new ArrayList<>();
        LATER.forEach((method, paths) ->
                paths.forEach(path ->
                        routes.add(
                                Route.read(
                                        method,
                                        path,
                                        (request, response) -> {
                                            throw new FlotillaException(
                                                    Failure.NOT_IMPLEMENTED,
                                                    method + " " + path + " is not built yet");
                                        }))));
        return routes;
    }

    private static void observe(
            Observations observations,
            Replica replica,
            Front front,
            BodyBudget budget,
            ForwardClient forwarding,
            LocalSql sql) {
        observations.watch(replica);
        observations.gauge("flotilla.http.running", "Requests under way", front::running);
        observations.gauge("flotilla.http.body.bytes", "Memory that bodies take", budget::taken);
        observations.counter(
                "flotilla.http.logins.failed",
                "Logins over HTTP that the server refused",
                sql::failedLogins);
        observations.counter(
                "flotilla.http.logins.slowed",
                "Logins over HTTP that were not tried, because too many had failed",
                sql::slowedLogins);
        observations.counter(
                "flotilla.forward.sent", "Requests a leader took from this node", forwarding::sent);
        observations.counter(
                "flotilla.forward.refused",
                "Times a node was not reached or did not lead",
                forwarding::refused);
        observations.counter(
                "flotilla.forward.lost",
                "Carried requests whose answers were lost",
                forwarding::lost);
        for (String pool : List.of("writers", "readers")) {
            observations.gauge(
                    "flotilla.sql." + pool + ".busy",
                    "Sessions of " + pool + " in use",
                    () ->
                            sql.use().stream()
                                    .filter(use -> use.name().equals(pool))
                                    .mapToInt(PoolUse::busy)
                                    .sum());
        }
        observations.section(
                "http",
                () -> {
                    Map<String, Object> section = new LinkedHashMap<>();
                    section.put("running", front.running());
                    section.put("body_bytes", budget.taken());
                    section.put(
                            "forward",
                            Map.of(
                                    "sent",
                                    forwarding.sent(),
                                    "refused",
                                    forwarding.refused(),
                                    "lost",
                                    forwarding.lost()));
                    section.put("failed_logins", sql.failedLogins());
                    section.put("slowed_logins", sql.slowedLogins());
                    section.put("sessions", sql.use());
                    return section;
                });
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    /// Takes nothing new, lets requests under way end within their time, and then ends them.
    @Override
    public void close() {
        server.close();
        askers.close();
        forwarding.close();
        sql.close();
    }
}
