package io.flotilla.node;

import io.flotilla.engine.Scheduling;
import io.flotilla.replication.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the node's processes batch work for the system's scheduler while many clients write at once.
///
/// Then a commit waits for others of its kind anyway, and it pays that no thread is stopped for one it wakes: a third of the
/// processor time. With few clients it would not pay, and where other programs of the machine take all processors each of
/// the twenty threads on a commit's way would wait for the end of their turns (docs/adr/0024). How many write at once is seen on
/// every node alike, by how many transactions share an entry of the log.
final class Press implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Press.class);

    private static final Duration LOOK = Duration.ofMillis(500);

    /// Transactions to an entry from which on it becomes batch work: on two cores some 7 with 64 clients, 4 with 16.
    private static final int MANY = 5;

    /// From which on it stays so: the same clients share entries by two to three times as many then, some 20 of 64. More than
    /// eight clients, in any case.
    private static final int STILL_MANY = 9;

    /// Transactions within a look; so few need no help.
    private static final long LEAST = 100;

    private final Scheduling scheduling;
    private final Supplier<Progress> log;
    private final Thread thread;
    private Progress last;

    private Press(Scheduling scheduling, Supplier<Progress> log) {
        this.scheduling = scheduling;
        this.log = log;
        this.last = log.get();
        this.thread = Thread.ofVirtual().name("press").unstarted(this::watch);
    }

    /// @param scheduling of this process
    /// @param log how far the log has come
    static Press watch(Scheduling scheduling, Supplier<Progress> log) {
        Press press = new Press(scheduling, log);
        press.thread.start();
        return press;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException e) {
            // It is being closed.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.info(
                    "the system does not let this node be batch work, and so commits of many clients cost more: {}",
                    e.getMessage());
        }
    }

    private void look() throws IOException {
        Progress now = log.get();
        boolean batch = batch(scheduling.isBatch(), last, now);
        last = now;
        if (batch == scheduling.isBatch()) {
            return;
        }
        LOG.debug("this node's processes are {} for the scheduler", batch ? "batch work" : "usual");
        if (batch) {
            scheduling.batch();
        } else {
            scheduling.usual();
        }
    }

    /// Whether it should be batch work for what was written in the last [#LOOK].
    ///
    /// @param is whether it was so far
    static boolean batch(boolean is, Progress before, Progress now) {
        long transactions = now.transactions() - before.transactions();
        long entries = now.index() - before.index();
        return transactions >= LEAST
                && entries > 0
                && transactions >= (is ? STILL_MANY : MANY) * entries;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
