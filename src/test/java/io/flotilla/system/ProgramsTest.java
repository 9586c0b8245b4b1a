package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Eventually;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.TlsFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are no Java, under TLS, through a follower's door, while the leader dies: the `mariadb` command line,
/// Python's pymysql, Node's mysql2 with a pool, sysbench. Each says which of its rows were acknowledged. What is not
/// installed is skipped by name.
@Tag("long")
final class ProgramsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long PATIENCE_SECONDS = 120;
    private static final int ROWS_BEFORE = 30;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @TempDir static Path directory;

    /// A client that inserts rows, each in its own transaction, and says `ack N` for each that was acknowledged, until it
    /// is told to stop by the end of its input.
    ///
    /// @param first of its rows; the others follow
    private record Client(String name, int first, Process process, Queue<Integer> acknowledged) {
        static Client start(String name, int first, Path home, List<String> command)
                throws IOException {
            Process process =
                    new ProcessBuilder(command)
                            .directory(home.toFile())
                            .redirectError(home.resolve(name + ".err").toFile())
                            .start();
            Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
            Thread.ofVirtual()
                    .start(() -> {
                        try (BufferedReader lines =
                                new BufferedReader(
                                        new InputStreamReader(
                                                process.getInputStream(),
                                                StandardCharsets.UTF_8))) {
                            lines.lines()
                                    .filter(line -> line.startsWith("ack "))
                                    .forEach(line ->
                                            acknowledged.add(
                                                    Integer.parseInt(line.substring(4).strip())));
                        } catch (IOException e) {
                            // It has ended.
                        }
                    });
            return new Client(name, first, process, acknowledged);
        }

        void goesOn() {
            int before = acknowledged.size();
            Patience.until(
                    SOON,
                    () -> name + " to write on; it runs: " + process.isAlive(),
                    () -> acknowledged.size() > before + ROWS_BEFORE);
        }

        void stop() throws Exception {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(name + " does not stop");
            }
        }
    }

    @Test
    void loseNothingAcknowledged() throws Exception {
        FleetCertificates certificates = new FleetCertificates(directory.resolve("certs"));
        certificates.issue(List.of(1), List.of(), 30, false);
        TlsFiles door = certificates.of(1);
        Fleet fleet =
                place.with("sql.admin.user", "admin")
                        .with("sql.tls.certificate", door.certificate().toString())
                        .with("sql.tls.key", door.key().toString())
                        .start(3);
        int leader = fleet.leaderWithServer();
        int entrance = fleet.others(leader).getFirst();
        int port = fleet.node(entrance).readWritePort();
        execute(
                fleet.node(leader).readWritePort(),
                "CREATE DATABASE shop",
                "CREATE TABLE shop.orders (pk INT AUTO_INCREMENT PRIMARY KEY, id INT)",
                "CREATE DATABASE sbtest");
        List<Client> clients = clients(port, certificates.authority());
        Map<String, Process> sysbench = sysbench(port);
        try {
            clients.forEach(Client::goesOn);
            fleet.kill(leader, Part.BOTH);
            fleet.leaderOtherThan(leader, SOON);
            clients.forEach(Client::goesOn);
            for (Client client : clients) {
                client.stop();
            }
            for (Map.Entry<String, Process> running : sysbench.entrySet()) {
                // Started again, as its user would do, if it did not survive its lost connections.
                assertThat(running.getValue().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(run(sysbenchCommand(port, running.getKey(), 3, "run")))
                        .as(said("run"))
                        .isZero();
            }
        } finally {
            clients.forEach(client -> client.process().destroyForcibly());
            sysbench.values().forEach(Process::destroyForcibly);
        }
        fleet.restart(leader);
        fleet.awaitLevel(SOON);
        for (int node = 1; node <= fleet.size(); node++) {
            Map<Integer, Integer> orders = orders(fleet, node);
            assertThat(orders.values()).as("doubled at %d", node).allMatch(count -> count == 1);
            for (Client client : clients) {
                place.say(client.name() + ": " + client.acknowledged().size() + " acknowledged");
                assertThat(orders.keySet())
                        .as("%s at node %d", client.name(), node)
                        .containsAll(client.acknowledged());
            }
        }
        assertThat(tables(fleet, 1)).isEqualTo(tables(fleet, 2)).isEqualTo(tables(fleet, 3));
    }

    private List<Client> clients(int port, Path authority) throws Exception {
        List<Client> clients = new ArrayList<>();
        String ca = authority.toString();
        if (there("mariadb", "--version")) {
            Path script = script("mariadb.sh", MARIADB);
            clients.add(
                    Client.start(
                            "mariadb",
                            1,
                            directory,
                            List.of("bash", script.toString(), "" + port, ca)));
        }
        // Debian's module belongs to Debian's Python, which need not be the first on the path.
        if (there("/usr/bin/python3", "-c", "import pymysql")) {
            Path script = script("client.py", PYMYSQL);
            clients.add(
                    Client.start(
                            "pymysql",
                            1_000_000,
                            directory,
                            List.of("/usr/bin/python3", script.toString(), "" + port, ca)));
        }
        if (there(
                "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "mysql2@3.15.3")) {
            Path script = script("client.js", MYSQL2);
            clients.add(
                    Client.start(
                            "mysql2",
                            2_000_000,
                            directory,
                            List.of("node", script.toString(), "" + port, ca)));
        }
        assertThat(clients).as("none of mariadb, pymysql, mysql2 is installed").isNotEmpty();
        return clients;
    }

    private static final String MARIADB =
            """
            # Each row by a client of its own, as a cron job does.
            n=0
            while ! read -r -t 0; do
                n=$((n + 1))
                if mariadb --no-defaults --connect-timeout=15 -h 127.0.0.1 -P "$1" -u admin --ssl-ca="$2" --ssl-verify-server-cert shop -e "INSERT INTO orders (id) VALUES ($n)"; then
                    echo "ack $n"
                fi
            done
            """;

    private static final String PYMYSQL =
            """
            import pymysql, select, sys, time
            n = 1000000
            connection = None
            while not select.select([sys.stdin], [], [], 0)[0]:
                n += 1
                try:
                    if connection is None:
                        connection = pymysql.connect(host='localhost', port=int(sys.argv[1]), user='admin', password='',
                            database='shop', autocommit=True, connect_timeout=15, ssl={'ca': sys.argv[2]})
                    with connection.cursor() as cursor:
                        cursor.execute('INSERT INTO orders (id) VALUES (%s)', (n,))
                    print('ack', n, flush=True)
                    time.sleep(0.01)
                except (pymysql.Error, OSError) as failure:
                    print(failure, file=sys.stderr, flush=True)
                    connection = None
                    time.sleep(0.05)
            """;

    private static final String MYSQL2 =
            """
            const fs = require('node:fs')
            const mysql = require('mysql2/promise')
            const pool = mysql.createPool({ host: 'localhost', port: Number(process.argv[2]), user: 'admin', database: 'shop',
              connectionLimit: 3, connectTimeout: 15000, ssl: { ca: fs.readFileSync(process.argv[3]) } })
            let stopping = false
            process.stdin.on('end', () => { stopping = true })
            process.stdin.resume()
            let n = 2000000
            const pause = millis => new Promise(resolve => setTimeout(resolve, millis))
            async function write () {
              while (!stopping) {
                const id = ++n
                try {
                  await pool.execute('INSERT INTO orders (id) VALUES (?)', [id])
                  console.log('ack ' + id)
                  await pause(10)
                } catch (failure) {
                  console.error(String(failure))
                  await pause(50)
                }
              }
            }
            Promise.all([write(), write(), write()]).then(() => pool.end())
            """;

    /// sysbench has no flag for a certificate's check but takes TLS as the server offers it. Version 1.0.20 dies (SIGSEGV,
    /// in its own reconnect) when a connection is lost, with every server: what counts is that it works again afterwards,
    /// and that its tables are the same everywhere.
    private Map<String, Process> sysbench(int port) throws Exception {
        if (!there("sysbench", "--version")) {
            place.say("skipped: sysbench is not installed");
            return Map.of();
        }
        assertThat(run(sysbenchCommand(port, "oltp_read_write", 1, "prepare")))
                .as(said("run"))
                .isZero();
        Map<String, Process> running = new TreeMap<>();
        for (String work : List.of("oltp_read_write", "oltp_write_only", "oltp_point_select")) {
            running.put(
                    work,
                    new ProcessBuilder(sysbenchCommand(port, work, 15, "run"))
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve(work + ".err").toFile())
                            .start());
        }
        return running;
    }

    private static List<String> sysbenchCommand(
            int port, String work, int seconds, String command) {
        return List.of(
                "sysbench",
                work,
                "--mysql-host=127.0.0.1",
                "--mysql-port=" + port,
                "--mysql-user=admin",
                "--mysql-password=",
                "--mysql-db=sbtest",
                "--mysql-ignore-errors=all",
                // With prepared statements sysbench 1.0.20 itself dies (SIGSEGV) when a connection
                // is lost.
                "--db-ps-mode=disable",
                "--tables=2",
                "--table-size=500",
                "--threads=2",
                "--rate=40",
                "--time=" + seconds,
                command);
    }

    private boolean there(String... command) throws Exception {
        boolean there = run(List.of(command)) == 0;
        if (!there) {
            place.say("skipped: " + String.join(" ", command) + " does not work here");
        }
        return there;
    }

    private static int run(List<String> command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("run.err").toFile())
                            .start();
            process.getOutputStream().close();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            return -1;
        } catch (IOException notThere) {
            return -1;
        }
    }

    private static String said(String name) throws IOException {
        Path file = directory.resolve(name + ".err");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static Path script(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static Connection connect(int port, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:%d/%s?sslMode=trust&connectTimeout=15000"
                        .formatted(port, database),
                "admin",
                "");
    }

    private static void execute(int port, String... statements) throws Exception {
        Eventually.eventually(
                SOON,
                () -> {
                    try (Connection client = connect(port, "");
                            Statement statement = client.createStatement()) {
                        for (String sql : statements) {
                            statement.execute(sql);
                        }
                    }
                });
    }

    private static int readOnlyPort(Fleet fleet, int node) {
        return fleet.rawStatus(node).orElseThrow().path("mysql").path("read_only_port").asInt();
    }

    private static Map<Integer, Integer> orders(Fleet fleet, int node) throws SQLException {
        Map<Integer, Integer> seen = new HashMap<>();
        try (Connection client = connect(readOnlyPort(fleet, node), "shop");
                Statement statement = client.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT id, COUNT(*) FROM orders GROUP BY id")) {
            while (rows.next()) {
                seen.put(rows.getInt(1), rows.getInt(2));
            }
        }
        return seen;
    }

    /// What sysbench left, as one node shows it.
    private static List<String> tables(Fleet fleet, int node) throws SQLException {
        List<String> sums = new ArrayList<>();
        try (Connection client = connect(readOnlyPort(fleet, node), "sbtest");
                Statement statement = client.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('/', id, k, c, pad))) FROM sbtest1"
                                        + " UNION ALL SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('/', id, k, c, pad))) FROM sbtest2")) {
            while (rows.next()) {
                sums.add(rows.getString(1) + " " + rows.getString(2));
            }
        }
        return sums;
    }
}
