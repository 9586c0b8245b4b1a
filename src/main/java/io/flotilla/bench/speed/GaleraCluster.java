package io.flotilla.bench.speed;

import io.flotilla.bench.FreePorts;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Three servers in one Galera cluster, each of which may be killed and brought back.
///
/// No data are ever carried from one to another. All are made alike, and each begins at the position the others have
/// reached (`grastate.dat`), so that it has nothing to ask for. One that was killed finds its position in InnoDB and is
/// sent what it lacks as write sets, out of another's cache ([PositionTransfer]).
final class GaleraCluster implements AutoCloseable {
    static final int SIZE = 3;

    private static final Duration JOINING = Duration.ofSeconds(60);
    private static final String UUID = "6d2a4c1e-7d9f-4a53-9a3e-2f1d0c5b8e77";

    /// What a server says when it is asked for the position of its data.
    private static final Pattern RECOVERED =
            Pattern.compile("Recovered position: *([0-9a-f-]{36}:\\d+)");

    private final PlainServer.Program program;
    private final Path library;
    private final Path directory;
    private final List<Integer> ports =
            FreePorts.find(3 * SIZE, new SplittableRandom(System.nanoTime()));
    private final List<PlainServer> servers = new ArrayList<>();

    private GaleraCluster(PlainServer.Program program, Path library, Path directory) {
        this.program = program;
        this.library = library;
        this.directory = directory;
    }

    /// Starts all three and waits until they are one cluster.
    ///
    /// @param library Galera's, for the server's version
    /// @param directory empty
    static GaleraCluster start(PlainServer.Program program, Path library, Path directory)
            throws IOException {
        GaleraCluster cluster = new GaleraCluster(program, library, directory);
        try {
            PositionTransfer.write(cluster.scripts());
            for (int number = 1; number <= SIZE; number++) {
                cluster.found(number);
            }
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private Path scripts() {
        return directory.resolve("scripts");
    }

    private void found(int number) throws IOException {
        PlainServer.initialise(program, home(number));
        boolean first = number == 1;
        long position = first ? 0 : lastCommitted(1);
        Files.writeString(
                home(number).resolve("data").resolve("grastate.dat"),
                """
                # GALERA saved state
                version: 2.1
                uuid:    %s
                seqno:   %d
                safe_to_bootstrap: %d
                """
                        .formatted(UUID, position, first ? 1 : 0));
        servers.add(start(number, first ? List.of("--wsrep-new-cluster") : List.of()));
        awaitMembers(number, number);
    }

    private PlainServer start(int number, List<String> more) throws IOException {
        List<String> all = new ArrayList<>(options(number));
        all.addAll(more);
        String path = scripts() + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return PlainServer.start(
                program, home(number), ports.get(number - 1), all, Map.of("PATH", path));
    }

    private List<String> options(int number) {
        List<String> group = IntStream.range(SIZE, 2 * SIZE).mapToObj(this::address).toList();
        String own = group.get(number - 1);
        List<String> options = new ArrayList<>(MariaDbSystem.FORCED);
        options.addAll(
                List.of(
                        "--server-id=" + number,
                        "--binlog-format=ROW",
                        "--innodb-autoinc-lock-mode=2",
                        "--wsrep-on=ON",
                        "--wsrep-provider=" + library,
                        "--wsrep-cluster-name=bench",
                        "--wsrep-node-name=n" + number,
                        "--wsrep-node-address=" + own,
                        "--wsrep-cluster-address=gcomm://" + String.join(",", group),
                        "--wsrep-sst-method=" + PositionTransfer.METHOD,
                        "--wsrep-slave-threads=4",
                        "--wsrep-provider-options=gcache.size=128M;gmcast.listen_addr=tcp://"
                                + own
                                + ";ist.recv_addr="
                                + address(2 * SIZE + number - 1)));
        return options;
    }

    private String address(int port) {
        return "127.0.0.1:" + ports.get(port);
    }

    private Path home(int number) {
        return directory.resolve("server-" + number);
    }

    PlainServer server(int number) {
        return servers.get(number - 1);
    }

    List<PlainServer> servers() {
        return List.copyOf(servers);
    }

    /// `kill -9`.
    ///
    /// @return the moment just after, on [System#nanoTime]
    long kill(int number) throws IOException {
        return server(number).kill();
    }

    /// Starts a server that was killed again; returns when it takes part.
    void restart(int number) throws IOException {
        String position = "--wsrep-start-position=" + recovered(number);
        servers.set(number - 1, start(number, List.of(position)));
        awaitMembers(number, SIZE);
    }

    /// The position of a killed server's data: its InnoDB knows it, and says so in a start that does nothing else.
    private String recovered(int number) throws IOException {
        List<String> command = PlainServer.command(program, home(number));
        command.addAll(PlainServer.MEMORY);
        command.addAll(List.of("--skip-networking", "--socket=" + home(number).resolve("s")));
        command.addAll(options(number));
        command.add("--wsrep-recover");
        Path log = home(number).resolve("recovery.log");
        try (Child recovery = Child.start(command, home(number), log)) {
            recovery.awaitEnd();
        }
        Matcher matcher = RECOVERED.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IOException("no position of its data; see " + log);
        }
        return matcher.group(1);
    }

    private void awaitMembers(int number, int members) {
        Patience.until(
                JOINING,
                () -> members + " members as server " + number + " sees it",
                () ->
                        status(number, "wsrep_cluster_size").equals(Integer.toString(members))
                                && status(number, "wsrep_local_state_comment").equals("Synced"));
    }

    /// Waits until all have applied what the first had committed.
    void awaitLevel(Duration time) {
        long position = lastCommitted(1);
        for (int number = 2; number <= SIZE; number++) {
            int other = number;
            Patience.until(
                    time,
                    () -> "server " + other + " at " + position,
                    () -> lastCommitted(other) >= position);
        }
    }

    private long lastCommitted(int number) {
        return Long.parseLong(status(number, "wsrep_last_committed"));
    }

    private String status(int number, String name) {
        try {
            return server(number).column("SHOW STATUS LIKE '" + name + "'", 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        servers.forEach(PlainServer::close);
    }
}
