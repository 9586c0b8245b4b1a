package io.flotilla.consensus.journal;

import java.io.IOException;
import java.nio.file.Path;

/// The directory with a node's journal and vote, opened together and by one process only.
public final class LogDirectory implements AutoCloseable {
    /// Whether anything of a log directory lies at `dir`, whole or not.
    public static boolean exists(Path dir) {
        throw new UnsupportedOperationException();
    }

    /// Makes a log directory for a node that has never existed. It appears whole or not at all.
    ///
    /// Only for the first bootstrap (or for a new `incarnation`): calling it because the directory is missing would make
    /// a node vote as if nothing had happened.
    ///
    /// @throws MissingStateException if there is already something at `dir`
    public static void create(Path dir, int incarnation, JournalSettings settings) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Opens what a former run left, repairs a torn tail (and says so loudly), refuses anything else that is wrong.
    ///
    /// @throws MissingStateException if journal or vote are gone or do not belong together
    /// @throws CorruptJournalException if acknowledged bytes are damaged
    public static LogDirectory open(Path dir, JournalSettings settings, FatalHook hook)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    public Journal journal() {
        throw new UnsupportedOperationException();
    }

    public VoteFile vote() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
