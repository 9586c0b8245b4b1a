package io.flotilla.consensus;

import io.flotilla.consensus.journal.JournalSettings;
import java.nio.file.Path;
import java.time.Duration;

/// A group's log on one node.
///
/// @param group the group's name, `g0` today
/// @param directory where the log and the vote live, and nothing else; beside it, under the same name with `.members`
///     after it, a list of the members this node has met
/// @param electionTimeout without a word from the leader for this long, up to [#ELECTION_SPREAD] more, a node stands
///     for election. Below 400 ms a busy machine holds elections for nothing (300 ms flapped on two busy cores)
/// @param callTimeout how long a message waits for its answer
/// @param readIndexTimeout how long a read index may take, the wait for the state machine included
/// @param maxEntryBytes the longest entry [ReplicatedLog#append] takes; a longer transaction is cut by the caller.
///     Heartbeats wait behind an entry on the wire: when it takes longer than an election timeout (4 MiB at 64 Mbit/s),
///     the leader loses its followers
/// @param maxMemoryBytes entries kept in memory for followers that read them at once; beyond it appends are refused
/// @param journal the limits of the log on disk
/// @param diskReserve bytes that stay free on the log's disk ([DiskRoom]); 0: none. Below 256 MiB what is under way when it
///     is reached may not fit any more
public record ConsensusConfig(
        String group,
        Path directory,
        Duration electionTimeout,
        Duration callTimeout,
        Duration readIndexTimeout,
        int maxEntryBytes,
        int maxMemoryBytes,
        JournalSettings journal,
        long diskReserve) {
    /// Random addition to the election timeout, so that two followers seldom stand at once.
    public static final Duration ELECTION_SPREAD = Duration.ofMillis(200);

    public static final Duration DEFAULT_ELECTION_TIMEOUT = Duration.ofMillis(500);
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(1);
    public static final Duration DEFAULT_READ_INDEX_TIMEOUT = Duration.ofSeconds(5);
    public static final int DEFAULT_MAX_ENTRY_BYTES = 4 << 20;
    public static final int DEFAULT_MAX_MEMORY_BYTES = 64 << 20;

    /// The transport believes no longer message than 64 MiB.
    private static final int LIMIT_OF_ENTRY_BYTES = 48 << 20;

    public ConsensusConfig {
        if (!group.matches("[a-zA-Z][a-zA-Z0-9_]{0,31}")) {
            throw new IllegalArgumentException(
                    "a group's name is a letter and up to 31 letters or digits: '" + group + "'");
        }
        if (electionTimeout.toMillis() < 50
                || callTimeout.toMillis() < 10
                || readIndexTimeout.toMillis() < 10) {
            throw new IllegalArgumentException(
                    "timeouts are too short: " + electionTimeout + ", " + callTimeout);
        }
        if (maxEntryBytes < 1
                || maxEntryBytes > LIMIT_OF_ENTRY_BYTES
                || maxMemoryBytes < maxEntryBytes) {
            throw new IllegalArgumentException(
                    "an entry may have up to "
                            + LIMIT_OF_ENTRY_BYTES
                            + " bytes, and memory must hold at least one: "
                            + maxEntryBytes
                            + ", "
                            + maxMemoryBytes);
        }
    }

    /// With the default limits.
    public static ConsensusConfig of(String group, Path directory) {
        return new ConsensusConfig(
                group,
                directory,
                DEFAULT_ELECTION_TIMEOUT,
                DEFAULT_CALL_TIMEOUT,
                DEFAULT_READ_INDEX_TIMEOUT,
                DEFAULT_MAX_ENTRY_BYTES,
                DEFAULT_MAX_MEMORY_BYTES,
                JournalSettings.defaults(),
                0);
    }

    public ConsensusConfig withJournal(JournalSettings settings) {
        return new ConsensusConfig(
                group,
                directory,
                electionTimeout,
                callTimeout,
                readIndexTimeout,
                maxEntryBytes,
                maxMemoryBytes,
                settings,
                diskReserve);
    }

    public ConsensusConfig withDiskReserve(long bytes) {
        return new ConsensusConfig(
                group,
                directory,
                electionTimeout,
                callTimeout,
                readIndexTimeout,
                maxEntryBytes,
                maxMemoryBytes,
                journal,
                bytes);
    }

    public ConsensusConfig withElectionTimeout(Duration timeout) {
        return new ConsensusConfig(
                group,
                directory,
                timeout,
                callTimeout,
                readIndexTimeout,
                maxEntryBytes,
                maxMemoryBytes,
                journal,
                diskReserve);
    }
}
