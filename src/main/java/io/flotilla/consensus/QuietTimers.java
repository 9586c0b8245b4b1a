package io.flotilla.consensus;

import com.alipay.sofa.jraft.core.Scheduler;
import com.alipay.sofa.jraft.core.TimerManager;
import com.alipay.sofa.jraft.util.SPI;
import com.alipay.sofa.jraft.util.timer.RaftTimerFactory;
import com.alipay.sofa.jraft.util.timer.Timeout;
import com.alipay.sofa.jraft.util.timer.Timer;
import com.alipay.sofa.jraft.util.timer.TimerTask;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Timers that sleep until they are due. The library's own wake up every millisecond, four of them per node, which an
/// idle machine pays for day and night.
@SPI(priority = 100)
public final class QuietTimers implements RaftTimerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(QuietTimers.class);

    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public Timer createTimer(String name) {
        return new QuietTimer();
    }

    @Override
    public Timer getElectionTimer(boolean shared, String name) {
        return createTimer(name);
    }

    @Override
    public Timer getVoteTimer(boolean shared, String name) {
        return createTimer(name);
    }

    @Override
    public Timer getStepDownTimer(boolean shared, String name) {
        return createTimer(name);
    }

    @Override
    public Timer getSnapshotTimer(boolean shared, String name) {
        return createTimer(name);
    }

    @Override
    public Scheduler getRaftScheduler(boolean shared, int workers, String name) {
        return createScheduler(workers, name);
    }

    @Override
    public Scheduler createScheduler(int workers, String name) {
        return new RoundScheduler(name);
    }

    /// One thread for each: none of a node's timers must wait for another, which may wait for the disk; and a thread that
    /// sets its own timer anew wakes no other.
    private static final class QuietTimer implements Timer {
        private final ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofPlatform()
                                .name("raft-timer-" + COUNT.incrementAndGet())
                                .daemon(true)
                                .factory(),
                        QuietTimers::tooLate);

        QuietTimer() {
            executor.setRemoveOnCancelPolicy(true);
            executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }

        @Override
        public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
            QuietTimeout timeout = new QuietTimeout(this, task);
            timeout.future = executor.schedule(timeout, delay, unit);
            return timeout;
        }

        /// Who stops a timer has cancelled its timeouts.
        @Override
        public Set<Timeout> stop() {
            executor.shutdown();
            return Set.of();
        }
    }

    private static void tooLate(Runnable task, ThreadPoolExecutor executor) {
        LOG.debug("the timer was stopped: {} is dropped", task);
    }

    /// Heartbeats to all followers are due at the same moment, and wake this node once: what comes again and again after the
    /// same time is moved, by half of it at most, to a multiple of it. One thread, whatever the library asks for: it only
    /// hands on what is due.
    private static final class RoundScheduler extends TimerManager {
        private static final long LEAST_NANOS = 10_000_000;
        private static final long MOST_NANOS = 100_000_000;

        RoundScheduler(String name) {
            super(1, name);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            return super.schedule(
                    command, rounded(System.nanoTime(), unit.toNanos(delay)), TimeUnit.NANOSECONDS);
        }
    }

    /// @param delay wanted, in nanoseconds
    /// @return the delay to the nearest multiple of it, taken as whole hundredths of a second
    static long rounded(long now, long delay) {
        long round =
                Math.clamp(
                        Math.ceilDiv(delay, RoundScheduler.LEAST_NANOS)
                                * RoundScheduler.LEAST_NANOS,
                        RoundScheduler.LEAST_NANOS,
                        RoundScheduler.MOST_NANOS);
        long due = now + delay + round / 2;
        return Math.max(0, due - Math.floorMod(due, round) - now);
    }

    private static final class QuietTimeout implements Timeout, Runnable {
        private final Timer timer;
        private final TimerTask task;
        private volatile boolean expired;
        private volatile @Nullable ScheduledFuture<?> future;

        QuietTimeout(Timer timer, TimerTask task) {
            this.timer = timer;
            this.task = task;
        }

        @Override
        public void run() {
            expired = true;
            try {
                task.run(this);
            } catch (Exception e) {
                LOG.error("a timer's task failed", e);
            }
        }

        @Override
        public Timer timer() {
            return timer;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            return expired;
        }

        @Override
        public boolean isCancelled() {
            ScheduledFuture<?> scheduled = future;
            return scheduled != null && scheduled.isCancelled();
        }

        @Override
        public boolean cancel() {
            ScheduledFuture<?> scheduled = future;
            return scheduled != null && !expired && scheduled.cancel(false);
        }
    }
}
