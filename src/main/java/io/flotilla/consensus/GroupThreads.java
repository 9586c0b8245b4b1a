package io.flotilla.consensus;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A pool whose tasks nobody asks for their failures, so that it logs them; and which does not wake a thread for each follower
/// an entry is sent to.
///
/// The library's appending thread leaves that to the pool (`LogManagerImpl.wakeupAllWaiter`): two threads more on the way of
/// each commit. Here it sends the entry itself. It holds the node's lock meanwhile, as whoever stops a replicator does, so
/// that the order of locks, node before replicator, is the library's own; and what it writes does not block (`OutgoingLink`).
/// What such a task leaves to the pool in its turn, it leaves to the pool: it holds the replicator's lock, which is
/// reentrant, and would be at work on it twice (docs/adr/0026).
final class GroupThreads extends ThreadPoolExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(GroupThreads.class);

    /// The thread that gives entries their index (`NodeImpl.init`).
    static final String APPENDING = "JRaft-NodeImpl-Disruptor-";

    /// Whoever asks the pool to tell replicators of new entries; nothing else of the library's does it from [#APPENDING].
    static final String WAKING = "com.alipay.sofa.jraft.storage.impl.LogManagerImpl$$Lambda";

    private static final long KEEP_SECONDS = 30;

    private final ThreadLocal<Boolean> sending = ThreadLocal.withInitial(() -> false);
    private final LongAdder sent = new LongAdder();

    GroupThreads(int threads, String prefix, RejectedExecutionHandler tooLate) {
        super(
                threads,
                threads,
                KEEP_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(prefix, 1).daemon(true).factory(),
                tooLate);
        allowCoreThreadTimeOut(true);
    }

    @Override
    public Future<?> submit(Runnable task) {
        if (!isSending(task) || sending.get()) {
            return super.submit(task);
        }
        sending.set(true);
        sent.increment();
        try {
            task.run();
            return CompletableFuture.completedFuture(null);
        } catch (RuntimeException e) {
            failed(e);
            return CompletableFuture.failedFuture(e);
        } finally {
            sending.set(false);
        }
    }

    /// How often who appended an entry has sent it.
    long sent() {
        return sent.sum();
    }

    private static boolean isSending(Runnable task) {
        return task.getClass().getName().startsWith(WAKING)
                && Thread.currentThread().getName().startsWith(APPENDING);
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
        super.afterExecute(task, thrown);
        if (!(task instanceof Future<?> future) || !future.isDone()) {
            return;
        }
        try {
            future.get();
        } catch (ExecutionException e) {
            failed(e);
        } catch (CancellationException e) {
            LOG.debug("a task of the Raft library was cancelled");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void failed(Throwable cause) {
        LOG.error("a task of the Raft library failed", cause);
    }
}
