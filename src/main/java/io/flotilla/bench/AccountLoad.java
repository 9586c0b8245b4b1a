package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/// A client that makes, changes and drops accounts over HTTP at all nodes. What may be there in the end is known of each.
public final class AccountLoad {
    private static final String DATABASE = Load.DATABASE;
    private static final String NONE = "";
    private static final String PLAIN = "account";
    private static final String GRANTED = "account with rights";

    private static final List<Stage> STAGES = List.of(Stage.values());

    private final Traffic traffic;
    private final RandomGenerator random;
    private final Queue<Life> lives = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
    private final Thread worker;
    private Optional<Life> current = Optional.empty();
    private int sent;

    /// What is done to an account, in this order, and how it looks afterwards.
    private enum Stage {
        CREATE("/accounts", PLAIN),
        GRANT("/accounts/grant", GRANTED),
        PASSWORD("/accounts/password", GRANTED),
        REVOKE("/accounts/revoke", PLAIN),
        DROP("", NONE);

        private final String path;
        private final String looks;

        Stage(String path, String looks) {
            this.path = path;
            this.looks = looks;
        }
    }

    /// One account: as its last acknowledged change has left it, or as one that is unknown.
    private static final class Life {
        private final String name;
        private final boolean stays;
        private int reached = -1;
        private int tried = -1;

        Life(String name, boolean stays) {
            this.name = name;
            this.stays = stays;
        }

        boolean over() {
            return reached == STAGES.size() - (stays ? 2 : 1);
        }

        Stage next() {
            tried = reached + 1;
            return STAGES.get(tried);
        }

        /// @return whether it goes on: what follows an unknown change is unknown as well
        boolean told(Outcome outcome) {
            if (outcome.acknowledged()) {
                reached = tried;
            } else if (outcome.notApplied()) {
                tried = reached;
            }
            return !outcome.unknown();
        }

        boolean mayLook(String look) {
            return look.equals(look(reached)) || look.equals(look(tried));
        }

        private static String look(int stage) {
            return stage < 0 ? NONE : STAGES.get(stage).looks;
        }

        @Override
        public String toString() {
            return "%s, acknowledged '%s', tried '%s'".formatted(name, look(reached), look(tried));
        }
    }

    private AccountLoad(Traffic traffic, Duration pace, long seed) {
        this.traffic = traffic;
        this.random = new SplittableRandom(seed);
        this.worker =
                Thread.ofVirtual()
                        .name("load-accounts")
                        .uncaughtExceptionHandler((_, thrown) -> broken.add(thrown))
                        .unstarted(() -> traffic.repeat(pace, this::step));
    }

    /// @param pace its pause between two changes
    public static AccountLoad start(List<URI> nodes, FleetClient client, Duration pace, long seed) {
        AccountLoad load = new AccountLoad(new Traffic(nodes, client), pace, seed);
        load.worker.start();
        return load;
    }

    private void step() {
        Life life = current.filter(known -> !known.over()).orElseGet(this::begin);
        Outcome outcome = send(life.next(), life.name);
        // A server may refuse half-way, when its disk dies under it.
        boolean refused =
                outcome instanceof Outcome.NotApplied(String why) && why.contains("\"Rejected\"");
        Outcome judged = refused ? new Outcome.Unknown("refused") : outcome;
        current = Optional.of(life).filter(known -> known.told(judged));
        sent++;
    }

    private Life begin() {
        Life life = new Life("person" + (lives.size() + 1), lives.size() % 3 == 0);
        lives.add(life);
        return life;
    }

    private Outcome send(Stage stage, String name) {
        URI node = traffic.node(traffic.anyNode(random));
        return switch (stage) {
            case CREATE, PASSWORD ->
                    traffic.client()
                            .write(
                                    node,
                                    stage.path,
                                    Map.of("user", name, "password", "Secret-" + random.nextInt()));
            case GRANT, REVOKE ->
                    traffic.client()
                            .write(node, stage.path, Map.of("user", name, "database", DATABASE));
            case DROP -> traffic.client().delete(node, "/accounts?user=" + name);
        };
    }

    public String summary() {
        return sent + " changes of accounts";
    }

    /// Lets the change under way end, and no new one begin until the pause is closed. By one thread.
    public Turnstile.Pause pause() {
        return traffic.turnstile().pause();
    }

    public void stop() {
        traffic.stop(List.of(worker), broken);
    }

    /// What is wrong with the accounts of a fleet that is level; only during a pause, or after the stop. All servers are
    /// compared by the fleet itself: nobody else may read the accounts of a follower.
    public List<String> complaints(Fleet fleet) {
        List<String> complaints = new ArrayList<>();
        URI node = fleet.node(fleet.leader()).http();
        Optional<JsonNode> answer = traffic.client().look(node, "/accounts");
        if (answer.isEmpty()) {
            return List.of("ACCOUNTS: no answer of " + node);
        }
        Map<String, String> seen = new HashMap<>();
        for (JsonNode account : answer.get().path("accounts")) {
            String name = account.path("user").asText();
            if (name.startsWith("person") && !account.path("locked").asBoolean()) {
                seen.put(name, account.path("rights").has(DATABASE) ? GRANTED : PLAIN);
            }
        }
        for (Life life : lives) {
            String look = seen.getOrDefault(life.name, NONE);
            if (!life.mayLook(look)) {
                complaints.add("ACCOUNT: %s, looks like '%s'".formatted(life, look));
            }
        }
        complaints.addAll(differing(node));
        return complaints;
    }

    private List<String> differing(URI node) {
        try {
            FleetClient.Answer answer = traffic.client().post(node, "/verify", Map.of());
            return answer.status() == 200
                            && answer.json().path("equal").asBoolean()
                            && answer.json().path("silent").isEmpty()
                    ? List.of()
                    : List.of("NOT EQUAL: " + answer.status() + " " + answer.body());
        } catch (IOException e) {
            return List.of("NOT COMPARED: " + e);
        }
    }
}
