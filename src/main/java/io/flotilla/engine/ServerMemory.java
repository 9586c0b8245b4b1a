package io.flotilla.engine;

import java.util.List;

/// How a server gets its memory: in pages of 2 MiB where the system has them for those who ask (`madvise` in
/// /sys/kernel/mm/transparent_hugepage/enabled), and in few large pieces.
///
/// A server touches 140 MB before it is up, 80 of them the tables of its collations, in pieces of 128 KiB: one page fault for
/// every 4 KiB was half of what its start took (docs/adr/0028). It is the C library that asks (malloc of glibc 2.35 and
/// later; others, and earlier ones, do not look at this).
final class ServerMemory {
    private static final String VARIABLE = "GLIBC_TUNABLES";

    /// Pieces below `mmap_threshold` are cut from the heap, which alone consists of large pages; what is free at its end is
    /// given back from `trim_threshold` bytes on, which is twice the other, as the library has it by itself when it finds the
    /// thresholds (mallopt(3), M_MMAP_THRESHOLD; it goes up to 32 MiB by itself).
    private static final String TUNABLES =
            String.join(
                    ":",
                    List.of(
                            "glibc.malloc.hugetlb=1",
                            "glibc.malloc.mmap_threshold=8388608",
                            "glibc.malloc.trim_threshold=16777216"));

    private ServerMemory() {}

    /// A process that is to be a server. What somebody has chosen for this process holds for it as well.
    static ProcessBuilder inLargePages(ProcessBuilder builder) {
        builder.environment().putIfAbsent(VARIABLE, TUNABLES);
        return builder;
    }
}
