package io.flotilla.consensus.journal;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers the first failure of the disk, for ever.
final class Health {
    private static final Logger log = LoggerFactory.getLogger(Health.class);

    private final FatalHook hook;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    Health(FatalHook hook) {
        this.hook = hook;
    }

    boolean good() {
        return failure.get() == null;
    }

    void check() throws JournalFailedException {
        IOException earlier = failure.get();
        if (earlier != null) {
            throw new JournalFailedException(
                    "the disk failed earlier: " + earlier.getMessage(), earlier);
        }
    }

    /// Calls the hook the first time, and gives what the caller throws.
    JournalException failed(String doing, IOException cause) {
        JournalException told = describe(doing, cause);
        if (failure.compareAndSet(null, told)) {
            log.error("{}; nothing is written from now on", told.getMessage(), cause);
            hook.fatal(told);
        }
        return told;
    }

    private static JournalException describe(String doing, IOException cause) {
        if (cause instanceof JournalException known) {
            return known;
        }
        String message = doing + ": " + cause.getMessage();
        return full(cause)
                ? new JournalFullException(message, cause)
                : new JournalFailedException(message, cause);
    }

    /// The JDK gives the system's text instead of its number: ENOSPC and EDQUOT of glibc.
    static boolean full(IOException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left on device") || text.contains("disk quota exceeded");
    }
}
