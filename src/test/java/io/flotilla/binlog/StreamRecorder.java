package io.flotilla.binlog;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Makes the recording that [RecordedStreamTest] reads: what a real server sends to a semi-synchronous replica that
/// asks for everything. Run by hand, from the project's directory, when a new server version is taken.
final class StreamRecorder {
    static final String RESOURCE = "recorded-11.4.5.stream";

    private static final Duration QUIET = Duration.ofMillis(1500);

    private StreamRecorder() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of("src/test/resources/io/flotilla/binlog", RESOURCE);
        Files.createDirectories(file.getParent());
        try (MariaDb leader = MariaDb.leader()) {
            work(leader);
            Files.write(file, record(leader));
        }
        System.exit(0);
    }

    private static void work(MariaDb leader) throws Exception {
        Collector collector = new Collector();
        try (Tap tap = Tap.attach(leader.address(), 11, Gtid.NONE, collector)) {
            collector.acknowledge(tap);
            leader.execute(
                    "USE t",
                    "CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(100)) ENGINE=InnoDB",
                    "INSERT INTO a VALUES (1, 'one')",
                    "BEGIN",
                    "INSERT INTO a VALUES (2, 'two')",
                    "SAVEPOINT p",
                    "UPDATE a SET v = 'zwei' WHERE id = 2",
                    "COMMIT",
                    "CREATE SEQUENCE s",
                    "SELECT NEXTVAL(s)",
                    "FLUSH BINARY LOGS",
                    "XA START 'x'",
                    "INSERT INTO a VALUES (3, 'xa')",
                    "XA END 'x'",
                    "XA PREPARE 'x'",
                    "XA COMMIT 'x'",
                    "CREATE TABLE c AS SELECT * FROM a",
                    "INSERT INTO a VALUES (4, 'last')");
        }
    }

    private static byte[] record(MariaDb leader) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ServerLink link = ServerLink.open(leader.address().socket())) {
            ReplicaLogin login =
                    new ReplicaLogin(link, System.nanoTime() + Tap.ATTACH_PATIENCE.toNanos());
            login.logIn(leader.address().user(), leader.address().password());
            login.dumpAfter(Gtid.NONE, 12);
            long end = System.nanoTime() + QUIET.toNanos();
            while (System.nanoTime() < end) {
                if (link.fill() == 0) {
                    link.await(Duration.ofMillis(100));
                }
                ByteBuffer in = link.in();
                byte[] part = new byte[in.remaining()];
                in.get(part);
                bytes.writeBytes(part);
            }
        }
        return bytes.toByteArray();
    }
}
