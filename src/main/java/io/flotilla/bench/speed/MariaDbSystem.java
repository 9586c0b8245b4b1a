package io.flotilla.bench.speed;

import io.flotilla.bench.FreePorts;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
    private static final String STATE =
            """
            # GALERA saved state
            version: 2.1
            uuid:    6d2a4c1e-7d9f-4a53-9a3e-2f1d0c5b8e77
            seqno:   0
            safe_to_bootstrap: 1
            """;
    private static final List<String> FORCED =
            List.of("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1");

    private final Kind kind;
    private final PlainServer.Program program;

    /// Galera's library, for [Kind#GALERA].
    private final Path library;

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

    MariaDbSystem(Kind kind, PlainServer.Program program, Path library) {
        this.kind = kind;
        this.program = program;
        this.library = library;
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
        if (!program.present()) {
            return Optional.of("no server at " + program.program());
        }
        if (kind == Kind.GALERA && !Files.isReadable(library)) {
            return Optional.of("no " + library + " (Debian: galera-4)");
        }
        return Optional.empty();
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
            List<Integer> ports = ports(THREE * 3);
            List<String> group =
                    List.of(
                            "127.0.0.1:" + ports.get(THREE),
                            "127.0.0.1:" + ports.get(THREE + 1),
                            "127.0.0.1:" + ports.get(THREE + 2));
            for (int number = 1; number <= THREE; number++) {
                String address = "gcomm://" + (number == 1 ? "" : String.join(",", group));
                add(
                        number,
                        ports,
                        List.of(
                                "--server-id=" + number,
                                "--binlog-format=ROW",
                                "--innodb-autoinc-lock-mode=2",
                                "--wsrep-on=ON",
                                "--wsrep-provider=" + library,
                                "--wsrep-cluster-name=bench",
                                "--wsrep-node-address=" + group.get(number - 1),
                                "--wsrep-cluster-address=" + address,
                                "--wsrep-sst-method=skip",
                                "--wsrep-slave-threads=4",
                                "--wsrep-provider-options=gcache.size=128M;gmcast.listen_addr=tcp://"
                                        + group.get(number - 1)
                                        + ";ist.recv_addr=127.0.0.1:"
                                        + ports.get(2 * THREE + number - 1)));
                int members = number;
                Patience.until(
                        JOINING,
                        () -> members + " members of the cluster",
                        () ->
                                ask(servers.getLast(), "SHOW STATUS LIKE 'wsrep_cluster_size'")
                                        .equals(Integer.toString(members)));
            }
        }

        private void add(int number, List<Integer> ports, List<String> options) throws IOException {
            Path own = directory.resolve("server-" + number);
            PlainServer.initialise(program, own);
            if (kind == Kind.GALERA) {
                // Alike as they are they need no copy of each other.
                Files.writeString(own.resolve("data").resolve("grastate.dat"), STATE);
            }
            List<String> all = new ArrayList<>(FORCED);
            all.addAll(options);
            servers.add(PlainServer.start(program, own, ports.get(number - 1), all));
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
                case GALERA -> {
                    String position =
                            ask(servers.getFirst(), "SHOW STATUS LIKE 'wsrep_last_committed'");
                    for (PlainServer other : servers.subList(1, THREE)) {
                        Patience.until(
                                APPLYING,
                                () -> "member at " + position,
                                () ->
                                        Long.parseLong(
                                                        ask(
                                                                other,
                                                                "SHOW STATUS LIKE"
                                                                        + " 'wsrep_last_committed'"))
                                                >= Long.parseLong(position));
                    }
                }
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
