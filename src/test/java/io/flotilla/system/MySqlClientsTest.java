package io.flotilla.system;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Both Java drivers, with pools, through the MySQL doors of followers: the leader dies under them, and hard KILLs of all
/// kinds strike while the majority is away.
@Tag("long")
final class MySqlClientsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration UNDER_WAY = Duration.ofMillis(200);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final int WRITERS = 3;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    /// A driver as its URL names it.
    enum Driver {
        MARIADB("jdbc:mariadb://127.0.0.1:%d/%s?sslMode=disable&connectTimeout=15000"),
        MYSQL("jdbc:mysql://127.0.0.1:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true");

        private final String url;

        Driver(String url) {
            this.url = url;
        }

        String url(int port, String database) {
            return url.formatted(port, database);
        }
    }

    @Test
    void loseNothingAcknowledged() throws Exception {
        Fleet fleet =
                place.with("sql.admin.user", "admin")
                        .with("raft.election-timeout", "1500ms")
                        .start(3);
        execute(
                fleet.leader(),
                fleet,
                "CREATE DATABASE shop",
                "CREATE TABLE shop.orders (pk INT AUTO_INCREMENT PRIMARY KEY, id INT)",
                "CREATE TABLE shop.killed (id INT PRIMARY KEY)");
        theLeaderDies(fleet);
        killsStrikeWhileTheMajorityIsAway(fleet);
    }

    private int port(Fleet fleet, int node, String key) {
        return fleet.rawStatus(node).orElseThrow().path("mysql").path(key).asInt();
    }

    private Connection connect(Driver driver, int port, String database) throws SQLException {
        return DriverManager.getConnection(driver.url(port, database), "admin", "");
    }

    private void execute(int node, Fleet fleet, String... statements) throws Exception {
        eventually(
                SOON,
                () -> {
                    try (Connection client =
                                    connect(Driver.MARIADB, port(fleet, node, "port"), "");
                            Statement statement = client.createStatement()) {
                        for (String sql : statements) {
                            statement.execute(sql);
                        }
                    }
                });
    }

    private void theLeaderDies(Fleet fleet) throws Exception {
        int leader = fleet.leaderWithServer();
        List<Integer> followers = fleet.others(leader);
        try (HikariDataSource mariadb = pool(Driver.MARIADB, fleet, followers.get(0));
                HikariDataSource mysql = pool(Driver.MYSQL, fleet, followers.get(1));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<HikariDataSource, AtomicInteger> done =
                    Map.of(mariadb, new AtomicInteger(), mysql, new AtomicInteger());
            List<Future<?>> writers = new ArrayList<>();
            done.forEach((pool, count) -> {
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(threads.submit(() -> write(pool, count)));
                }
            });
            Patience.pause(QUIET);
            fleet.kill(leader, Part.BOTH);
            fleet.leaderOtherThan(leader, SOON);
            for (AtomicInteger count : done.values()) {
                int before = count.get();
                Patience.until(SOON, () -> "writes go on", () -> count.get() > before + 10);
            }
            stopping = true;
            for (Future<?> writer : writers) {
                writer.get(SOON.toSeconds(), TimeUnit.SECONDS);
            }
        }
        fleet.restart(leader);
        fleet.awaitLevel(SOON);
        place.say(acknowledged.size() + " of " + next.get() + " inserts were acknowledged");
        for (int node = 1; node <= fleet.size(); node++) {
            assertThat(orders(fleet, node)).as("node %d", node).containsAllEntriesOf(once());
        }
    }

    private HikariDataSource pool(Driver driver, Fleet fleet, int node) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(driver.url(port(fleet, node, "port"), "shop"));
        config.setUsername("admin");
        config.setPassword("");
        config.setMaximumPoolSize(WRITERS);
        config.setConnectionTimeout(15_000);
        return new HikariDataSource(config);
    }

    private void write(HikariDataSource pool, AtomicInteger done) {
        while (!stopping) {
            int id = next.incrementAndGet();
            try (Connection client = pool.getConnection();
                    PreparedStatement insert =
                            client.prepareStatement("INSERT INTO orders (id) VALUES (?)")) {
                insert.setInt(1, id);
                insert.execute();
                acknowledged.add(id);
                done.incrementAndGet();
            } catch (SQLException e) {
                // Done or not: nobody knows, and nobody repeats it.
                Patience.pause(Duration.ofMillis(20));
            }
        }
    }

    private Map<Integer, Integer> once() {
        Map<Integer, Integer> once = new HashMap<>();
        acknowledged.forEach(id -> once.put(id, 1));
        return once;
    }

    /// How often each id is there, as a node's read-only door shows it.
    private Map<Integer, Integer> orders(Fleet fleet, int node) throws SQLException {
        Map<Integer, Integer> seen = new HashMap<>();
        try (Connection client =
                        connect(Driver.MYSQL, port(fleet, node, "read_only_port"), "shop");
                Statement statement = client.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT id, COUNT(*) FROM orders GROUP BY id")) {
            while (rows.next()) {
                seen.put(rows.getInt(1), rows.getInt(2));
            }
        }
        assertThat(seen.values()).as("doubled").allMatch(count -> count == 1);
        return seen;
    }

    /// How a statement that waits for the majority is torn at.
    private enum Tear {
        CANCEL,
        TIMEOUT,
        KILL_QUERY,
        KILL_HARD_CONNECTION,
        KILL_IN_A_BLOCK
    }

    private void killsStrikeWhileTheMajorityIsAway(Fleet fleet) throws Exception {
        int leader = fleet.leaderWithServer();
        List<Integer> followers = fleet.others(leader);
        int port = port(fleet, leader, "port");
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        AtomicInteger shown = new AtomicInteger();
        List<Runnable> strikes = new ArrayList<>();
        CountDownLatch frozen = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection reader = connect(Driver.MARIADB, port, "shop")) {
            List<Future<?>> victims = new ArrayList<>();
            List<Connection> open = new ArrayList<>();
            int id = 0;
            for (Driver driver : Driver.values()) {
                for (Tear tear : Tear.values()) {
                    Connection victim = connect(driver, port, "shop");
                    Connection other = connect(driver, port, "shop");
                    open.add(victim);
                    open.add(other);
                    Statement statement = victim.createStatement();
                    if (tear == Tear.TIMEOUT) {
                        statement.setQueryTimeout(1);
                    }
                    String row = "INSERT INTO killed VALUES (" + ++id + ")";
                    long session = session(victim);
                    strikes.add(() -> quietly(() -> strike(tear, statement, other, session)));
                    victims.add(
                            threads.submit(() -> {
                                frozen.await();
                                quietly(() -> {
                                    statement.execute(row);
                                    answered.add(driver + " " + tear);
                                });
                                return true;
                            }));
                }
            }
            followers.forEach(follower -> fleet.freeze(follower, Part.BOTH));
            Patience.pause(UNDER_WAY);
            frozen.countDown();
            Patience.pause(UNDER_WAY);
            List<Future<?>> striking = new ArrayList<>();
            strikes.forEach(strike -> striking.add(threads.submit(strike)));
            Future<?> reading =
                    threads.submit(() ->
                            quietly(() -> {
                                while (true) {
                                    shown.addAndGet(count(reader));
                                }
                            }));
            // Longer than it takes the leader to give up.
            Patience.pause(Duration.ofSeconds(4));
            List<String> early = List.copyOf(answered);
            followers.forEach(fleet::thaw);
            for (Connection each : open) {
                quietly(each::close);
            }
            for (Future<?> each : victims) {
                each.get(SOON.toSeconds(), TimeUnit.SECONDS);
            }
            for (Future<?> each : striking) {
                each.get(SOON.toSeconds(), TimeUnit.SECONDS);
            }
            quietly(reader::close);
            reading.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(early).as("OK without a majority").isEmpty();
            assertThat(shown).as("rows seen without a majority").hasValue(0);
        }
        fleet.awaitLevel(SOON);
    }

    /// What may fail: the connection is cut sooner or later.
    @FunctionalInterface
    private interface Attempt {
        void run() throws SQLException;
    }

    private static void quietly(Attempt attempt) {
        try {
            attempt.run();
        } catch (SQLException | NullPointerException e) {
            // As expected; the latter is how MySQL's driver cancels on a connection that was cut.
        }
    }

    private static void strike(Tear tear, Statement statement, Connection other, long session)
            throws SQLException {
        switch (tear) {
            case CANCEL -> statement.cancel();
            case TIMEOUT -> {
                // The driver does it.
            }
            case KILL_QUERY -> run(other, "KILL QUERY " + session);
            case KILL_HARD_CONNECTION -> run(other, "/* now */ KILL HARD CONNECTION " + session);
            case KILL_IN_A_BLOCK ->
                    run(other, "BEGIN NOT ATOMIC IF 1 THEN KILL " + session + "; END IF; END");
        }
    }

    private static void run(Connection client, String sql) throws SQLException {
        try (Statement statement = client.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long session(Connection client) throws SQLException {
        try (Statement statement = client.createStatement();
                ResultSet rows = statement.executeQuery("SELECT CONNECTION_ID()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static int count(Connection client) throws SQLException {
        try (Statement statement = client.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM killed")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
