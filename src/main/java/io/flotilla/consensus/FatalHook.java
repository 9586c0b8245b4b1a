package io.flotilla.consensus;

import org.slf4j.LoggerFactory;

/// What is done when going on would break the log's promise. Never returns to work as if nothing had happened: the one
/// for production halts the process, those of tests remember that it would have.
@FunctionalInterface
public interface FatalHook {
    /// Exit status of a process that halted itself ("internal software error" of sysexits.h).
    int EXIT_STATUS = 70;

    /// @param what what was being done
    /// @param cause what went wrong
    void fatal(String what, Throwable cause);

    /// Logs, then halts the process without running anything more: no shutdown hook may write what a broken state
    /// machine dictates.
    static FatalHook halting() {
        return (what, cause) -> {
            try {
                LoggerFactory.getLogger(FatalHook.class).error("halting: {}", what, cause);
            } finally {
                Runtime.getRuntime().halt(EXIT_STATUS);
            }
        };
    }
}
