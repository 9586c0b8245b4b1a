package io.flotilla.consensus.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A walk over the records, one thread at a time.
public final class JournalScan {
    /// The next record, or null at the end.
    public @Nullable JournalRecord next() throws IOException {
        throw new UnsupportedOperationException();
    }
}
