package io.flotilla.workload;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The workloads, by the names that the command takes.
public enum Kind {
    /// Inserts, with and without a key, and linearizable reads of them.
    SET,
    /// Registers moved by compare-and-set, counters, linearizable reads.
    REGISTER,
    /// Transactions that read lists and append to them.
    APPEND,
    /// Transfers between accounts.
    BANK,
    /// Read-your-writes and reads that never go back, from node to node.
    SESSION,
    /// Writes under a key, repeated until they are answered.
    EXACTLY_ONCE,
    /// Tables, views, triggers, procedures and events made, changed and dropped.
    DDL,
    /// Transactions of 1 to 8 MB.
    LARGE,
    /// Statements that are killed, timed out or abandoned.
    CANCEL;

    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @throws IllegalArgumentException naming what there is, for an unknown word
    public static Kind of(String word) {
        return all().stream()
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "unknown workload " + word + "; there are " + words()));
    }

    public static String words() {
        return all().stream().map(Kind::word).collect(Collectors.joining(", "));
    }

    public static List<Kind> all() {
        return List.of(values());
    }
}
