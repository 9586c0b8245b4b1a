package io.flotilla.door;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FreePorts;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import io.flotilla.sql.FakeReign;
import io.flotilla.sql.FakeReplica;
import io.flotilla.sql.LeadingServer;
import io.flotilla.tls.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The doors of two nodes, of which the first leads a real server.
abstract class DoorsUnderTest {
    static final Duration SOON = Duration.ofSeconds(10);
    static final Duration SHORT = Duration.ofMillis(300);

    @TempDir static Path directory;
    static LeadingServer server;

    final Deque<AutoCloseable> open = new ArrayDeque<>();
    FakeReign reign;
    FakeReplica leader;
    FakeReplica follower;
    MySqlDoors leading;
    MySqlDoors following;

    /// Through which node's door.
    enum By {
        LEADER,
        FOLLOWER
    }

    @BeforeAll
    static void serve() throws Exception {
        server = LeadingServer.start(directory);
        server.execute("CREATE DATABASE shop");
        server.execute("CREATE TABLE shop.boats (id INT PRIMARY KEY, name LONGTEXT)");
        server.execute("CREATE USER app@'%' IDENTIFIED BY 'secret'");
        server.execute("GRANT ALL ON shop.* TO app@'%'");
        server.execute("CREATE USER other@'%' IDENTIFIED BY 'secret'");
        server.execute("CREATE USER far@'10.1.2.3' IDENTIFIED BY 'secret'");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// With what the doors prove themselves.
    Optional<Tls> tls() throws Exception {
        return Optional.empty();
    }

    /// Whether clients must take it.
    boolean tlsRequired() {
        return false;
    }

    /// How the nodes speak to each other.
    PeerSecurity security(NodeId node) throws Exception {
        return PeerSecurity.plain();
    }

    @BeforeEach
    void openDoors() throws Exception {
        server.release();
        List<Member> members = List.of(member(1, freePort()), member(2, freePort()));
        reign = server.newReign().at(server.server().socket());
        leader = new FakeReplica(1, members).leads(reign);
        follower = new FakeReplica(2, members).follows(1);
        leading = doors(leader, DoorLimits.DEFAULT, tls());
        following = doors(follower, DoorLimits.DEFAULT, tls());
    }

    @AfterEach
    void closeAll() throws Exception {
        server.release();
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    static Member member(int id, int port) {
        return new Member(
                new NodeId(id), "localhost", port, URI.create("http://localhost:" + (8000 + id)));
    }

    static int freePort() {
        return FreePorts.one();
    }

    MySqlDoors doors(FakeReplica replica, DoorLimits limits, Optional<Tls> tls) throws Exception {
        Member self =
                replica.members().stream()
                        .filter(member -> member.id().equals(replica.self()))
                        .findFirst()
                        .orElseThrow();
        PeerNetwork network =
                PeerNetwork.start(
                        PeerConfig.of(
                                "doors",
                                replica.self(),
                                replica.members(),
                                new InetSocketAddress("localhost", self.port()),
                                UUID.randomUUID()),
                        security(replica.self()));
        open.push(network);
        Optional<InetSocketAddress> any =
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        MySqlDoors doors =
                MySqlDoors.open(
                        new DoorConfig(any, any, tls, tlsRequired(), limits), replica, network);
        open.push(doors);
        return doors;
    }

    int port(By by) {
        return (by == By.LEADER ? leading : following).readWritePort().orElseThrow();
    }

    Connection connect(int port) throws SQLException {
        return connect(port, "app", "");
    }

    Connection connect(int port, String user, String options) throws SQLException {
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:mariadb://127.0.0.1:"
                                + port
                                + "/?user="
                                + user
                                + "&password=secret&sslMode=disable&connectTimeout=20000"
                                + options);
        open.push(connection);
        return connection;
    }

    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void awaitTrue(String what, Callable<Boolean> holds) throws Exception {
        eventually(SOON, () -> assertThat(holds.call()).as(what).isTrue());
    }

    /// What a query gives, asked on a thread of its own.
    static CompletableFuture<String> asked(Connection client, String sql) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return value(client, sql);
            } catch (SQLException e) {
                return e.toString();
            }
        });
    }
}
