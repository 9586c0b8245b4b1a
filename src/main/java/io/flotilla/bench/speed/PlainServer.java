package io.flotilla.bench.speed;

import io.flotilla.bench.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A MariaDB server with a data directory and options of its own, listening on a port of loopback: a peer, or part of one.
final class PlainServer implements AutoCloseable {
    static final String USER = "bench";
    static final String PASSWORD = "bench-only-1";
    static final String DATABASE = "bench";

    /// What all servers of one comparison have alike; the sizes are those of this product's nodes.
    static final List<String> MEMORY =
            List.of(
                    "--innodb-buffer-pool-size=64M",
                    "--innodb-log-file-size=32M",
                    "--performance-schema=OFF",
                    "--query-cache-type=OFF",
                    "--query-cache-size=0",
                    "--skip-name-resolve",
                    "--character-set-server=utf8mb4",
                    "--max-connections=600");

    private static final Duration STARTING = Duration.ofSeconds(120);

    private final Child process;
    private final int port;
    private final Path directory;

    private PlainServer(Child process, int port, Path directory) {
        this.process = process;
        this.port = port;
        this.directory = directory;
    }

    /// A program and its scripts.
    ///
    /// @param program `mariadbd`
    /// @param scripts where its system tables' SQL lies
    record Program(Path program, Path scripts) {
        /// Whether it is there.
        boolean present() {
            return Files.isExecutable(program) && script("system_tables.sql").isPresent();
        }

        private Optional<Path> script(String name) {
            return Stream.of("mariadb_", "mysql_")
                    .map(prefix -> scripts.resolve(prefix + name))
                    .filter(Files::isReadable)
                    .findFirst();
        }
    }

    /// Makes a data directory in `directory`, with an account for clients that may do everything.
    static void initialise(Program program, Path directory) throws IOException {
        Files.createDirectories(directory.resolve("data"));
        Path script = directory.resolve("bootstrap.sql");
        Files.writeString(script, "CREATE DATABASE mysql;\nUSE mysql;\n");
        for (String part : List.of("system_tables.sql", "system_tables_data.sql")) {
            Files.writeString(
                    script,
                    Files.readString(program.script(part).orElseThrow()) + "\n",
                    StandardOpenOption.APPEND);
        }
        Files.writeString(
                script,
                "FLUSH PRIVILEGES;\nCREATE DATABASE %s;\nCREATE USER %s@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO %s@'%%' WITH GRANT OPTION;\n"
                        .formatted(DATABASE, USER, PASSWORD, USER),
                StandardOpenOption.APPEND);
        List<String> command = command(program, directory);
        command.addAll(
                List.of("--bootstrap", "--skip-networking", "--innodb-buffer-pool-size=16M"));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(script.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("bootstrap.log").toFile())
                        .start();
        if (!ends(process, STARTING) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("no data directory; see " + directory.resolve("bootstrap.log"));
        }
    }

    /// Starts it and waits until it answers.
    static PlainServer start(Program program, Path directory, int port, List<String> options)
            throws IOException {
        return start(program, directory, port, options, Map.of());
    }

    /// @param environment in place of this process's own, where it has the same names
    static PlainServer start(
            Program program,
            Path directory,
            int port,
            List<String> options,
            Map<String, String> environment)
            throws IOException {
        List<String> command = command(program, directory);
        command.addAll(MEMORY);
        command.addAll(
                List.of(
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--socket=" + socket(directory),
                        "--pid-file=" + directory.resolve("pid"),
                        "--loose-ssl=OFF"));
        command.addAll(options);
        Child process = Child.start(command, directory, directory.resolve("log"), environment);
        PlainServer server = new PlainServer(process, port, directory);
        try {
            Patience.until(
                    STARTING, () -> "an answer of " + directory + "\n" + server.log(), server::up);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// Its program on its data; options follow.
    static List<String> command(Program program, Path directory) throws IOException {
        Path scratch = Files.createDirectories(directory.resolve("tmp"));
        List<String> command = new ArrayList<>();
        command.add(program.program().toString());
        command.add("--no-defaults");
        command.add("--datadir=" + directory.resolve("data"));
        command.add("--tmpdir=" + scratch);
        command.add("--lc-messages-dir=" + program.scripts());
        if (System.getProperty("user.name", "").equals("root")) {
            command.add("--user=root");
        }
        return command;
    }

    private boolean up() {
        if (!process.alive()) {
            throw new IllegalStateException("the server has ended: " + log());
        }
        try {
            return value("SELECT 1").equals("1");
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            List<String> lines =
                    Files.readAllLines(directory.resolve("log"), StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Path socket(Path directory) {
        return directory.resolve("s");
    }

    Path socket() {
        return socket(directory);
    }

    /// A file of its data.
    Path data(List<String> below) {
        return directory.resolve("data").resolve(String.join("/", below));
    }

    long pid() {
        return process.pid();
    }

    /// `kill -9`; it has ended when this returns.
    ///
    /// @return the moment just after the signal, on [System#nanoTime]
    long kill() throws IOException {
        long moment = process.kill();
        process.awaitEnd();
        process.close();
        return moment;
    }

    Session open() throws IOException {
        return MySqlSession.open(port, USER, PASSWORD, DATABASE);
    }

    void execute(String... statements) throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// The first column of the first row.
    String value(String sql) throws IOException {
        return column(sql, 1);
    }

    /// The first column of the first row, names without a database being of this one.
    String valueIn(String database, String sql) throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("USE " + database);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// A column of the first row, counted from 1; empty when there is none.
    String column(String sql, int column) throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(column)) : "";
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// The first column of all rows.
    List<String> values(String sql) throws IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:%d/?sslMode=disable&connectTimeout=2000".formatted(port),
                USER,
                PASSWORD);
    }

    void createTable() throws IOException {
        execute("USE " + DATABASE);
        for (String sql : Tables.statements()) {
            execute("USE " + DATABASE, sql);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private static boolean ends(Process process, Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
