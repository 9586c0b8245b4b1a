package io.flotilla.consensus;

import io.flotilla.consensus.journal.CorruptJournalException;
import io.flotilla.consensus.journal.LogDirectory;
import io.flotilla.consensus.journal.MissingStateException;
import io.flotilla.consensus.rpc.Acquaintances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// Where a group's log, its vote and the list of members this node has met lie: the first two in one directory, the list
/// beside it, so that a node whose directory was lost still knows that it had one.
final class StoragePlace {
    private static final String WHAT_HELPS =
            "Put it back as it was; or, if it is lost, empty this node's whole data directory: it"
                    + " then takes part again as one that lost everything";

    private StoragePlace() {}

    /// The identity of the log, which is made if this node never had one.
    static UUID identity(ConsensusConfig config) throws IOException {
        if (!LogDirectory.exists(config.directory())) {
            if (Files.exists(members(config))) {
                throw new IOException(
                        config.directory()
                                + " is missing, but "
                                + members(config)
                                + " shows that this node had a log: it does not vote as if nothing"
                                + " had happened. "
                                + WHAT_HELPS);
            }
            LogDirectory.create(config.directory(), 0, config.journal());
        }
        try (LogDirectory directory =
                LogDirectory.open(config.directory(), config.journal(), StoragePlace::refuse)) {
            return directory.journal().logId();
        } catch (CorruptJournalException | MissingStateException refused) {
            throw new IOException(refused.getMessage() + ". " + WHAT_HELPS, refused);
        }
    }

    static GroupStorage open(ConsensusConfig config, FatalHook fatal) throws IOException {
        LogDirectory directory =
                LogDirectory.open(
                        config.directory(),
                        config.journal(),
                        cause -> fatal.fatal("writing log or vote", cause));
        try {
            return new GroupStorage(
                    directory,
                    new TermWatch(new JournalMetaStorage(directory.vote()), fatal),
                    new BaseStorage(directory, fatal));
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    static Acquaintances acquaintances(ConsensusConfig config) throws IOException {
        return Acquaintances.load(members(config));
    }

    private static Path members(ConsensusConfig config) {
        return config.directory().resolveSibling(config.directory().getFileName() + ".members");
    }

    private static void refuse(IOException cause) {
        throw new IllegalStateException("the disk failed while the log was looked at", cause);
    }
}
