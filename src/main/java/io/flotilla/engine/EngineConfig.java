package io.flotilla.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How this node runs its MariaDB server.
///
/// @param directory the group's directory: the engine keeps `server/`, `tmp/` and `mariadbd.log` in it
/// @param node the node's number; the server id while it follows is [#FOLLOWER_SERVER_ID] plus this
/// @param programs where the server's program and the first data directory are unpacked; may be shared by the nodes of
///     one machine
/// @param home a MariaDB installation of the machine to use instead (`/usr`): 10.11.9 or newer
/// @param durability what the server itself makes durable at each commit
/// @param bufferPoolBytes InnoDB's page cache. Too small: reads go to the disk. Too large: the machine swaps
/// @param redoLogBytes InnoDB's log. Too small: writes wait for checkpoints. Too large: a start after a crash takes long
///     (0.2-0.4 s with 32 MB, 1.8 s with 256 MB)
/// @param binlogBytes what the leader's binlog may take before old files go. Too small: it rotates often
/// @param clients the most connections clients may hold together; the node's own come on top
/// @param startPatience how long a start, crash recovery included, may take before the server is killed
/// @param stopPatience how long a clean stop may take before the server is killed
/// @param statementPatience how long the server may take to answer one of our own statements before the connection is
///     cut (waits with a time of their own excepted)
/// @param logBytes the size at which `mariadbd.log` is put aside
/// @param logFiles how many of them are kept
public record EngineConfig(
        Path directory,
        int node,
        Path programs,
        Optional<Path> home,
        Durability durability,
        long bufferPoolBytes,
        long redoLogBytes,
        long binlogBytes,
        int clients,
        Duration startPatience,
        Duration stopPatience,
        Duration statementPatience,
        long logBytes,
        int logFiles) {
    /// Followers' server ids start here; reigns (Raft terms) stay below it (docs/design.md, section 2).
    public static final long FOLLOWER_SERVER_ID = 4_000_000_000L;

    private static final int MAX_NODE = 65_535;
    private static final long MEBIBYTE = 1L << 20;

    public EngineConfig {
        if (node < 1 || node > MAX_NODE) {
            throw new IllegalArgumentException(
                    "node must be between 1 and " + MAX_NODE + ": " + node);
        }
        atLeast("bufferPoolBytes", bufferPoolBytes, 8 * MEBIBYTE);
        atLeast("redoLogBytes", redoLogBytes, 4 * MEBIBYTE);
        atLeast("binlogBytes", binlogBytes, 4 * MEBIBYTE);
        atLeast("clients", clients, 1);
        atLeast("logBytes", logBytes, 1024);
        atLeast("logFiles", logFiles, 1);
        directory = directory.toAbsolutePath().normalize();
        programs = programs.toAbsolutePath().normalize();
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }

    /// Small enough that three nodes on one machine take less than 2 GiB together.
    public static EngineConfig withDefaults(Path directory, int node, Path programs) {
        return new EngineConfig(
                directory,
                node,
                programs,
                Optional.empty(),
                Durability.RELAXED,
                64 * MEBIBYTE,
                32 * MEBIBYTE,
                256 * MEBIBYTE,
                264,
                Duration.ofMinutes(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                8 * MEBIBYTE,
                3);
    }

    public EngineConfig withHome(Optional<Path> home) {
        return new EngineConfig(
                directory,
                node,
                programs,
                home,
                durability,
                bufferPoolBytes,
                redoLogBytes,
                binlogBytes,
                clients,
                startPatience,
                stopPatience,
                statementPatience,
                logBytes,
                logFiles);
    }

    public EngineConfig withDurability(Durability durability) {
        return new EngineConfig(
                directory,
                node,
                programs,
                home,
                durability,
                bufferPoolBytes,
                redoLogBytes,
                binlogBytes,
                clients,
                startPatience,
                stopPatience,
                statementPatience,
                logBytes,
                logFiles);
    }

    public EngineConfig withClients(int clients) {
        return new EngineConfig(
                directory,
                node,
                programs,
                home,
                durability,
                bufferPoolBytes,
                redoLogBytes,
                binlogBytes,
                clients,
                startPatience,
                stopPatience,
                statementPatience,
                logBytes,
                logFiles);
    }

    public EngineConfig withMemory(long bufferPoolBytes, long redoLogBytes) {
        return new EngineConfig(
                directory,
                node,
                programs,
                home,
                durability,
                bufferPoolBytes,
                redoLogBytes,
                binlogBytes,
                clients,
                startPatience,
                stopPatience,
                statementPatience,
                logBytes,
                logFiles);
    }

    long followerServerId() {
        return FOLLOWER_SERVER_ID + node;
    }

    /// What MariaDB's own logs promise. The Raft log makes a commit durable in either case.
    public enum Durability {
        /// `sync_binlog=0`, `innodb_flush_log_at_trx_commit=2`: a commit survives the death of the server, not that of
        /// the machine; recovery proves where the server stands (docs/design.md, section 6).
        RELAXED,
        /// Both 1: for a fleet of one node.
        STRICT
    }
}
