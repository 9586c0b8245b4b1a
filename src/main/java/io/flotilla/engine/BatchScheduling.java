package io.flotilla.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Makes this process batch work for the system's scheduler (`SCHED_BATCH`, sched(7)): a thread that is woken waits for a
/// processor to become free instead of taking one from the thread that has woken it. Threads and processes that are started
/// later are the same.
///
/// Most of what a node does is to pass something on to another thread and go on with the next: to be stopped for each of them
/// costs two changes of threads, and the other one finds one thing to do where it could have found several (docs/adr/0024). On
/// a processor that has nothing else to do they start as soon as ever.
public final class BatchScheduling {
    private static final Path THREADS = Path.of("/proc/self/task");

    /// New threads may come while the others are told; they have it from those that started them.
    private static final int LOOKS = 10;

    private BatchScheduling() {}

    /// Leaves threads alone that somebody has given another policy than the usual one.
    ///
    /// @throws IOException if the system refuses; nothing else is different then
    public static void begin() throws IOException {
        Set<Integer> seen = new HashSet<>();
        for (int look = 0; look < LOOKS && tell(seen); look++) {
            // until there are no new ones
        }
    }

    /// @return whether there were threads that were not seen before
    private static boolean tell(Set<Integer> seen) throws IOException {
        boolean news = false;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                int id = Integer.parseInt(thread.getFileName().toString());
                if (seen.add(id)) {
                    news = true;
                    SystemCalls.scheduleAsBatch(id);
                }
            }
        }
        return news;
    }
}
