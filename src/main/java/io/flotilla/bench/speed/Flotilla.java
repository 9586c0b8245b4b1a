package io.flotilla.bench.speed;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetSetup;
import io.flotilla.bench.NodeProcess;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Three nodes of this product, entered by one of its doors.
final class Flotilla implements Entrant {
    private static final int NODES = 3;
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration APPLYING = Duration.ofMinutes(5);
    private static final String DATABASE = "bench";
    private static final String PASSWORD = "bench-only-1";

    private final Way way;
    private final Path programs;
    private final Map<String, String> settings;

    /// How clients come in.
    enum Way {
        HTTP("flotilla-http", "weak", false, false),
        MYSQL("flotilla-mysql", "", false, false),
        HTTP_FOLLOWER("flotilla-http-follower", "weak", true, false),
        MYSQL_FOLLOWER("flotilla-mysql-follower", "", true, false),
        READ_NONE("flotilla-follower-none", "none", true, true),
        READ_LINEARIZABLE("flotilla-follower-linearizable", "linearizable", true, true);

        private final String word;
        private final String level;
        private final boolean atFollower;
        private final boolean onlyReads;

        Way(String word, String level, boolean atFollower, boolean onlyReads) {
            this.word = word;
            this.level = level;
            this.atFollower = atFollower;
            this.onlyReads = onlyReads;
        }

        private boolean mysql() {
            return level.isEmpty();
        }
    }

    Flotilla(Way way, Path programs, Map<String, String> settings) {
        this.way = way;
        this.programs = programs;
        this.settings = settings;
    }

    @Override
    public String name() {
        return way.word;
    }

    @Override
    public String durability() {
        String write = "in the logs of 2 of 3 nodes, forced to disk";
        return way.mysql() ? write : write + "; reads " + way.level;
    }

    @Override
    public Set<Workload> workloads() {
        return way.onlyReads ? EnumSet.of(Workload.READ) : EnumSet.allOf(Workload.class);
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public Contestant start(Path directory) throws IOException {
        Fleet fleet =
                Fleet.start(new FleetSetup(NODES, directory, programs, settings, Optional.empty()));
        try {
            return new Running(fleet, directory);
        } catch (IOException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /// Makes database, table, rows and account.
    static void prepare(FleetClient client, URI leader) throws IOException {
        demand(client.write(leader, "/createdb?name=" + DATABASE));
        for (String sql : Tables.statements()) {
            demand(client.execute(leader, DATABASE, sql));
        }
        FleetClient.Answer made =
                client.post(
                        leader,
                        "/accounts",
                        Map.of("user", "bench", "password", PASSWORD, "administrator", true));
        if (made.status() != 200) {
            throw new IOException("no account: " + made.body());
        }
    }

    private static void demand(io.flotilla.bench.Outcome outcome) throws IOException {
        if (!outcome.acknowledged()) {
            throw new IOException("not prepared: " + outcome);
        }
    }

    /// A client's connection to a node of a fleet that is prepared.
    static Session open(Way way, NodeProcess node) throws IOException {
        return way.mysql()
                ? MySqlSession.open(node.readWritePort(), "bench", PASSWORD, DATABASE)
                : new HttpSession(node.http(), new DbRequest(way.level, DATABASE));
    }

    private final class Running implements Contestant {
        private final Fleet fleet;
        private final Path directory;
        private final int entrance;
        private final List<Long> pids = new ArrayList<>();

        Running(Fleet fleet, Path directory) throws IOException {
            this.fleet = fleet;
            this.directory = directory;
            int leader = fleet.leaderNow().orElseThrow();
            entrance = way.atFollower ? fleet.others(leader).getFirst() : leader;
            try (FleetClient client = new FleetClient(STARTING)) {
                prepare(client, fleet.node(leader).http());
            }
            awaitApplied();
            for (int node : fleet.numbers().toArray()) {
                pids.add(fleet.node(node).jvm().orElseThrow());
                pids.addAll(fleet.node(node).servers());
            }
        }

        @Override
        public Session open() throws IOException {
            return Flotilla.open(way, fleet.node(entrance));
        }

        @Override
        public Collection<Long> processes() {
            return pids;
        }

        @Override
        public Path directory() {
            return directory;
        }

        @Override
        public void awaitApplied() {
            Patience.until(
                    APPLYING,
                    () -> "all nodes level",
                    () -> fleet.commonPosition(fleet.numbers().boxed().toList()).isPresent());
        }

        @Override
        public void close() {
            fleet.close();
        }
    }
}
