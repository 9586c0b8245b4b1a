package io.flotilla.consensus.journal;

import java.io.IOException;

/// What to do when the disk failed under the log or the vote: in production, halt the process.
///
/// After a failed fdatasync the kernel may hold the lost page as clean, so that a second attempt would succeed without
/// having written anything; therefore nothing is ever tried again, and log or vote stay failed for ever.
@FunctionalInterface
public interface FatalHook {
    /// Called once, by the thread that met the failure, before anybody learns of it. `cause` is a
    /// [JournalFullException] when the disk is full.
    void fatal(IOException cause);
}
