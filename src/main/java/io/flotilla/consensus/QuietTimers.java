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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Timers that sleep until they are due. The library's own wake up every millisecond, four of them per node, which an
/// idle machine pays for day and night.
@SPI(priority = 100)
public final class QuietTimers implements RaftTimerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(QuietTimers.class);

    /// Election, vote, step-down and snapshot timer of one node must not wait for one another: each may wait for the disk.
    private static final int THREADS = 4;

    private static final ScheduledThreadPoolExecutor EXECUTOR = executor();

    private static ScheduledThreadPoolExecutor executor() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        THREADS, Thread.ofPlatform().name("raft-timer-", 1).daemon(true).factory());
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

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
        return new TimerManager(workers, name);
    }

    private static final class QuietTimer implements Timer {
        @Override
        public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
            QuietTimeout timeout = new QuietTimeout(this, task);
            timeout.future = EXECUTOR.schedule(timeout, delay, unit);
            return timeout;
        }

        /// The threads are everybody's; who stops a timer has cancelled its timeouts.
        @Override
        public Set<Timeout> stop() {
            return Set.of();
        }
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
