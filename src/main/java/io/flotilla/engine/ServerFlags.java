package io.flotilla.engine;

import io.flotilla.engine.EngineConfig.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Every option with which a mariadbd of ours is started, and why. The sources are docs/design.md, sections 4 to 9.
///
/// `loose-` stands before options that 10.11, the oldest server taken from a machine, does not know.
final class ServerFlags {
    private ServerFlags() {}

    /// The one role in which a server serves: always a replica that can commit nothing until it is told to lead (I4).
    static List<String> serving(
            EngineConfig config, EngineFiles files, Path socket, Path initFile) {
        List<String> flags = new ArrayList<>(program(files));
        flags.addAll(memory(config));
        flags.addAll(network(config, socket));
        flags.addAll(sql());
        flags.addAll(fence());
        flags.addAll(binlog(config));
        flags.addAll(replica());
        flags.addAll(durability(config.durability()));
        flags.add("--server-id=" + config.followerServerId());
        // Accounts and this start's passwords, before the first connection is accepted.
        flags.add("--init-file=" + initFile);
        return List.copyOf(flags);
    }

    /// One start that rolls back everything prepared and exits with code 1 by design (docs/design.md, section 6).
    static List<String> rollingBack(EngineConfig config, EngineFiles files, Path socket) {
        List<String> flags = new ArrayList<>(program(files));
        flags.addAll(memory(config));
        flags.addAll(network(config, socket));
        flags.addAll(fence());
        flags.addAll(binlog(config));
        flags.addAll(durability(config.durability()));
        flags.add("--server-id=" + config.followerServerId());
        flags.add("--skip-slave-start");
        flags.add("--tc-heuristic-recover=ROLLBACK");
        return List.copyOf(flags);
    }

    /// The first life of a data directory: scripts from standard input, no network, no accounts.
    static List<String> bootstrap(EngineFiles files) {
        List<String> flags = new ArrayList<>(program(files));
        flags.add("--bootstrap");
        flags.add("--skip-networking");
        flags.add("--ssl=OFF");
        flags.add("--innodb-log-file-size=4M");
        flags.add("--innodb-buffer-pool-size=16M");
        return List.copyOf(flags);
    }

    private static List<String> program(EngineFiles files) {
        List<String> flags =
                new ArrayList<>(
                        List.of(
                                // First, or not at all: no option file of the machine has a say.
                                "--no-defaults",
                                "--datadir=" + files.data(),
                                "--tmpdir=" + files.scratch(),
                                // No LOAD DATA INFILE or INTO OUTFILE anywhere else, no plugins.
                                "--secure-file-priv=" + files.empty(),
                                "--plugin-dir=" + files.empty(),
                                // A table cannot be a link to somewhere else.
                                "--skip-symbolic-links",
                                // The shape of the system tablespace and undo logs is part of the
                                // first data directory.
                                "--innodb-data-file-path=ibdata1:12M:autoextend",
                                "--innodb-autoextend-increment=8",
                                "--innodb-undo-tablespaces=3",
                                // Without it a power loss tears pages (3 of 21 refused to start,
                                // t_leader L9).
                                "--innodb-doublewrite=ON",
                                // Nothing of the page cache is worth a slower start and stop.
                                "--innodb-buffer-pool-dump-at-shutdown=OFF",
                                "--innodb-buffer-pool-load-at-startup=OFF"));
        if (runsAsRoot()) {
            // mariadbd refuses to run as root by accident; containers do it on purpose.
            flags.add("--user=root");
        }
        return flags;
    }

    private static boolean runsAsRoot() {
        return System.getProperty("user.name", "").equals("root");
    }

    private static List<String> memory(EngineConfig config) {
        return List.of(
                "--innodb-buffer-pool-size=" + config.bufferPoolBytes(),
                "--innodb-log-file-size=" + config.redoLogBytes(),
                "--innodb-temp-data-file-path=ibtmp1:12M:autoextend",
                "--aria-pagecache-buffer-size=1M",
                "--key-buffer-size=16K",
                "--query-cache-type=OFF",
                "--query-cache-size=0",
                "--performance-schema=OFF",
                "--thread-cache-size=8",
                "--table-open-cache=400",
                "--table-definition-cache=400");
    }

    private static List<String> network(EngineConfig config, Path socket) {
        return List.of(
                // Clients come through the doors; the server hears on its unix socket only.
                "--skip-networking",
                "--socket=" + socket,
                "--pid-file=" + socket.resolveSibling("mariadbd.pid"),
                // 11.4 would make an RSA key at each start (3-14 s of CPU); the doors end TLS.
                "--ssl=OFF",
                "--skip-name-resolve",
                // All clients come as our own user of the system: nobody may log in by being that
                // user.
                "--unix-socket=OFF",
                // Clients, then our own: no account without SUPER may hold more than the clients'
                // share, so ours
                // always gets in.
                "--max-connections=" + (config.clients() + OWN_CONNECTIONS),
                "--max-user-connections=" + config.clients(),
                "--max-allowed-packet=64M");
    }

    /// Connections kept free for the node itself: its sessions, the tap, replica threads.
    private static final int OWN_CONNECTIONS = 32;

    private static List<String> sql() {
        return List.of(
                "--character-set-server=utf8mb4",
                // Without NO_ENGINE_SUBSTITUTION: an old dump's ENGINE=MyISAM becomes InnoDB
                // instead of an error.
                "--sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER",
                // Rows of other engines are not atomic with the position.
                "--enforce-storage-engine=InnoDB",
                // Repeatable read as the word says: a write onto a changed row is a conflict.
                "--innodb-snapshot-isolation=ON",
                // OFF while following, ON while leading: what a client's session let through must
                // apply here.
                "--innodb-strict-mode=OFF",
                // Functions and triggers without SUPER; a follower without it stops with 1418.
                "--log-bin-trust-function-creators=1",
                // Events run on the leader only, and are switched on at promotion.
                "--event-scheduler=OFF");
    }

    /// I4: no commit without the JVM, from the first moment to the last.
    private static List<String> fence() {
        return List.of(
                "--read-only=ON",
                "--rpl-semi-sync-master-enabled=ON",
                // Rows are visible to nobody before the acknowledgement.
                "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                // The largest value: never give up waiting.
                "--rpl-semi-sync-master-timeout=18446744073709551615",
                // Wait also when no replica is there.
                "--rpl-semi-sync-master-wait-no-slave=ON",
                // Crash recovery rolls back what was never acknowledged.
                "--init-rpl-role=SLAVE",
                // Else a replica skips its own former transactions silently.
                "--rpl-semi-sync-slave-enabled=ON");
    }

    private static List<String> binlog(EngineConfig config) {
        return List.of(
                "--log-bin=bin",
                "--binlog-format=ROW",
                "--binlog-row-image=FULL",
                "--binlog-checksum=CRC32",
                // The statement's text beside its rows is not needed and would go through the Raft
                // log.
                "--binlog-annotate-row-events=OFF",
                "--gtid-strict-mode=1",
                "--gtid-domain-id=0",
                "--max-binlog-size=" + Math.clamp(config.binlogBytes() / 4, 1L << 20, 1L << 30),
                // Old files go by size; the tap counts for nothing in it (it only reads what is
                // newest).
                "--loose-max-binlog-total-size=" + config.binlogBytes(),
                "--loose-slave-connections-needed-for-purge=0");
    }

    private static List<String> replica() {
        return List.of(
                "--skip-slave-start",
                // Followers keep no binlog of what they apply: a third of the cost, and strays
                // stand out.
                "--log-slave-updates=0",
                // A name that does not change with the machine's.
                "--relay-log=relay",
                // Relay logs are thrown away and fetched again at each start; they may be lost.
                "--relay-log-recovery=1",
                "--sync-relay-log=0",
                "--sync-master-info=0",
                "--sync-relay-log-info=0",
                // Any client may set skip_replication: it shall mean nothing.
                "--replicate-events-marked-for-skip=REPLICATE",
                // Back-pressure towards the feed, through TCP.
                "--relay-log-space-limit=64M",
                "--max-relay-log-size=16M",
                // The feed sends heartbeats every 2 s.
                "--slave-net-timeout=10",
                "--slave-max-allowed-packet=1G");
    }

    private static List<String> durability(Durability durability) {
        return switch (durability) {
            // Never 0: then the gate for DDL does not hold (docs/notes/follower.md).
            case RELAXED -> List.of("--sync-binlog=0", "--innodb-flush-log-at-trx-commit=2");
            case STRICT -> List.of("--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1");
        };
    }
}
