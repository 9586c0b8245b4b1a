package io.flotilla.bench.speed;

import io.flotilla.bench.FreePorts;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Systems made of plain MariaDB servers: one alone, a semi-synchronous primary with two replicas, a Galera cluster of
/// three.
final class MariaDbSystem implements Entrant {
    private static final int THREE = 3;
    private static final Duration JOINING = Duration.ofSeconds(60);
    private static final Duration APPLYING = Duration.ofMinutes(5);
    static final List<String> FORCED =
            List.of("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1");

    private final Kind kind;
    private final Peers peers;

    enum Kind {
        BARE("mariadb", "on one disk, forced"),
        SEMI_SYNC(
                "semisync",
                "forced at the primary; received, not forced, by 1 of 2 replicas (AFTER_SYNC)"),
        GALERA("galera", "forced at one node; received by the others");

        private final String word;
        private final String durability;

        Kind(String word, String durability) {
            this.word = word;
            this.durability = durability;
        }
    }

    MariaDbSystem(Kind kind, Peers peers) {
        this.kind = kind;
        this.peers = peers;
    }

    @Override
    public String name() {
        return kind.word;
    }

    @Override
    public String durability() {
        return kind.durability;
    }

    @Override
    public Set<Workload> workloads() {
        return EnumSet.allOf(Workload.class);
    }

    @Override
    public Optional<String> obstacle() {
        if (kind == Kind.GALERA) {
            return peers.galeraObstacle();
        }
        PlainServer.Program server = peers.server();
        return server.present()
                ? Optional.empty()
                : Optional.of("no server at " + server.program());
    }

    @Override
    public Contestant start(Path directory) throws IOException {
        Running running = new Running(directory);
        try {
            switch (kind) {
                case BARE -> running.bare();
                case SEMI_SYNC -> running.semiSync();
                case GALERA -> running.galera();
            }
            running.servers.getFirst().createTable();
            running.awaitApplied();
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private final class Running implements Contestant {
        private final Path directory;
        private final List<PlainServer> servers = new ArrayList<>();
        private Optional<GaleraCluster> cluster = Optional.empty();

        Running(Path directory) {
            this.directory = directory;
        }

        void bare() throws IOException {
            add(1, ports(1), List.of("--log-bin=bin", "--server-id=1"));
        }

        void semiSync() throws IOException {
            List<Integer> ports = ports(THREE);
            List<String> primary =
                    List.of(
                            "--server-id=1",
                            "--log-bin=bin",
                            "--binlog-format=ROW",
                            "--rpl-semi-sync-master-enabled=ON",
                            "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                            "--rpl-semi-sync-master-timeout=60000");
            add(1, ports, primary);
            for (int number = 2; number <= THREE; number++) {
                List<String> replica =
                        List.of(
                                "--server-id=" + number,
                                "--log-bin=bin",
                                "--binlog-format=ROW",
                                "--log-slave-updates=0",
                                "--slave-parallel-threads=4",
                                "--rpl-semi-sync-slave-enabled=ON");
                add(number, ports, replica);
                servers.getLast()
                        .execute(
                                "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%d, MASTER_USER='%s', MASTER_PASSWORD='%s', MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_USE_GTID=slave_pos"
                                        .formatted(
                                                ports.getFirst(),
                                                PlainServer.USER,
                                                PlainServer.PASSWORD),
                                "START SLAVE");
            }
            Patience.until(
                    JOINING,
                    () -> "two semi-synchronous replicas",
                    () ->
                            ask(
                                            servers.getFirst(),
                                            "SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'")
                                    .equals("2"));
        }

        private static String ask(PlainServer server, String show) {
            try {
                return server.column(show, 2);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void galera() throws IOException {
            GaleraCluster started = GaleraCluster.start(peers.server(), peers.galera(), directory);
            cluster = Optional.of(started);
            servers.addAll(started.servers());
        }

        private void add(int number, List<Integer> ports, List<String> options) throws IOException {
            Path own = directory.resolve("server-" + number);
            PlainServer.initialise(peers.server(), own);
            List<String> all = new ArrayList<>(FORCED);
            all.addAll(options);
            servers.add(PlainServer.start(peers.server(), own, ports.get(number - 1), all));
        }

        private static List<Integer> ports(int count) {
            return FreePorts.find(count, new SplittableRandom(System.nanoTime()));
        }

        @Override
        public Session open() throws IOException {
            return servers.getFirst().open();
        }

        @Override
        public Collection<Long> processes() {
            return servers.stream().map(PlainServer::pid).toList();
        }

        @Override
        public Path directory() {
            return directory;
        }

        @Override
        public void awaitApplied() {
            switch (kind) {
                case BARE -> {}
                case SEMI_SYNC -> {
                    String position = value(servers.getFirst(), "SELECT @@gtid_binlog_pos");
                    for (PlainServer replica : servers.subList(1, THREE)) {
                        Patience.until(
                                APPLYING,
                                () -> "replica at " + position,
                                () -> value(replica, "SELECT @@gtid_slave_pos").equals(position));
                    }
                }
                case GALERA -> cluster.orElseThrow().awaitLevel(APPLYING);
            }
        }

        private static String value(PlainServer server, String sql) {
            try {
                return server.value(sql);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            servers.forEach(PlainServer::close);
        }
    }
}
