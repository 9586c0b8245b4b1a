package io.flotilla.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this process and those it has started are to the system's scheduler: as usual, or batch work (`SCHED_BATCH`, sched(7)).
/// A thread of batch work that is woken waits for a processor to become free instead of taking one from the thread that has
/// woken it.
///
/// Most of what a node does is to pass something on to another thread and go on with the next: to be stopped for each of them
/// costs two changes of threads, and the other one finds one thing to do where it could have found several (docs/adr/0024).
/// New threads and processes have it from the threads that start them. Used by one thread.
public final class Scheduling {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduling.class);

    /// New threads may come while the others are told.
    private static final int LOOKS = 10;

    private Policy policy = Policy.USUAL;

    private Scheduling() {}

    private enum Policy {
        /// SCHED_OTHER of linux/sched.h.
        USUAL(0),
        /// SCHED_BATCH.
        BATCH(3);

        private final int number;

        Policy(int number) {
            this.number = number;
        }
    }

    /// @return empty when this thread has another policy than the usual one: somebody has chosen it
    public static Optional<Scheduling> ofThisProcess() {
        return SystemCalls.schedulingPolicy(0) == Policy.USUAL.number
                ? Optional.of(new Scheduling())
                : Optional.empty();
    }

    public boolean isBatch() {
        return policy == Policy.BATCH;
    }

    /// Makes all of it batch work.
    ///
    /// @throws IOException if the system refuses; then some of it may be different
    public void batch() throws IOException {
        change(Policy.BATCH);
    }

    /// Makes all of it usual again.
    ///
    /// @throws IOException as [#batch]
    public void usual() throws IOException {
        change(Policy.USUAL);
    }

    private void change(Policy to) throws IOException {
        Policy from = policy;
        if (from == to) {
            return;
        }
        policy = to;
        Set<Integer> seen = new HashSet<>();
        for (int look = 0; look < LOOKS && changeAll(from, to, seen); look++) {
            // until there are no new ones
        }
    }

    /// @return whether there were threads that were not seen before
    private static boolean changeAll(Policy from, Policy to, Set<Integer> seen) throws IOException {
        boolean news = false;
        ProcessHandle own = ProcessHandle.current();
        for (ProcessHandle each : Stream.concat(Stream.of(own), own.descendants()).toList()) {
            Path all = Path.of("/proc", String.valueOf(each.pid()), "task");
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(all)) {
                for (Path thread : threads) {
                    int id = Integer.parseInt(thread.getFileName().toString());
                    if (seen.add(id)) {
                        news = true;
                        SystemCalls.changeSchedulingPolicy(id, from.number, to.number);
                    }
                }
            } catch (NoSuchFileException | DirectoryIteratorException e) {
                LOG.debug("process {} has ended meanwhile", each.pid(), e);
            }
        }
        return news;
    }
}
