package io.flotilla.http;

import io.flotilla.sql.LeadingServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// How fast single-row inserts are over HTTP, beside the same over JDBC at the same server. Run by hand.
final class DbSpeed {
    private static final int CLIENTS = 64;
    private static final Duration TIME = Duration.ofSeconds(8);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private DbSpeed() {}

    /// One client's insert.
    private interface Insert {
        void one() throws Exception;
    }

    private interface Client {
        Insert open() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("speed");
        try (LeadingServer server = LeadingServer.start(directory);
                TestNode node = TestNode.alone(config -> config)) {
            node.replica.leads(server.reign()).serves(server.server().http());
            node.post(
                    "/db/execute",
                    "[\"CREATE DATABASE IF NOT EXISTS app\", \"CREATE TABLE app.t (id INT PRIMARY KEY, v VARCHAR(50))\"]");
            for (int round = 0; round < 2; round++) {
                say("JDBC", jdbc(server));
                say("/db/execute", () -> () -> post(node, "/db/execute?db=app", execute()));
                say("/insert", () -> () -> post(node, "/insert", insert()));
            }
        }
    }

    private static Client jdbc(LeadingServer server) {
        return () -> {
            Connection connection = server.server().http().getConnection();
            PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO app.t VALUES (?, 'x')");
            return () -> {
                insert.setInt(1, NUMBERS.incrementAndGet());
                insert.executeUpdate();
            };
        };
    }

    private static String execute() {
        return "[[\"INSERT INTO t VALUES (?, 'x')\", " + NUMBERS.incrementAndGet() + "]]";
    }

    private static String insert() {
        return "{\"dbname\":\"app\",\"table\":\"t\",\"records\":{\"id\":"
                + NUMBERS.incrementAndGet()
                + ",\"v\":\"x\"}}";
    }

    private static void post(TestNode node, String path, String body) throws Exception {
        if (node.post(path, body).status() != 200) {
            throw new IllegalStateException("not inserted");
        }
    }

    private static void say(String name, Client client) throws Exception {
        LongAdder done = new LongAdder();
        long end = System.nanoTime() + TIME.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Insert insert = client.open();
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    while (System.nanoTime() - end < 0) {
                                        insert.one();
                                        done.increment();
                                    }
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(Locale.ROOT, "%-12s %6d a second%n", name, done.sum() / TIME.toSeconds());
    }
}
