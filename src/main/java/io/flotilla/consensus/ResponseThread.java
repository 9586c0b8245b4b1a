package io.flotilla.consensus;

import com.alipay.sofa.jraft.util.concurrent.FixedThreadsExecutorGroup;
import com.alipay.sofa.jraft.util.concurrent.SingleThreadExecutor;
import io.flotilla.consensus.rpc.AnswerExecutor;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// Handles answers to appends, of all followers, one at a time: on a thread of its own, or on the one that has just read
/// an answer, whichever needs no other to be woken.
///
/// The library shares one answer object among all followers of a read index, and sets and reads it without a lock: two
/// threads at once could count one consent twice (docs/notes/raft.md, must-do 5).
final class ResponseThread
        implements FixedThreadsExecutorGroup, SingleThreadExecutor, AnswerExecutor {
    private final ExecutorService thread;

    /// INVARIANT: held by whoever handles an answer. What waits for it holds no lock of the library's.
    private final ReentrantLock turn = new ReentrantLock();

    /// Tasks the thread was given and has not ended.
    private final AtomicInteger waiting = new AtomicInteger();

    ResponseThread(ExecutorService thread) {
        this.thread = thread;
    }

    @Override
    public void execute(Runnable task) {
        waiting.incrementAndGet();
        try {
            thread.execute(() -> handle(task));
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            throw e;
        }
    }

    private void handle(Runnable task) {
        turn.lock();
        try {
            task.run();
        } finally {
            turn.unlock();
            waiting.decrementAndGet();
        }
    }

    /// Answers of one follower keep their order: what came before them has ended, or is waited for.
    @Override
    public void executeHere(Runnable task) {
        if (waiting.get() > 0 || !turn.tryLock()) {
            execute(task);
            return;
        }
        try {
            task.run();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void execute(int index, Runnable task) {
        execute(task);
    }

    @Override
    public SingleThreadExecutor next() {
        return this;
    }

    @Override
    public Iterator<SingleThreadExecutor> iterator() {
        return List.<SingleThreadExecutor>of(this).iterator();
    }

    @Override
    public boolean shutdownGracefully() {
        thread.shutdown();
        return true;
    }

    @Override
    public boolean shutdownGracefully(long timeout, TimeUnit unit) {
        return shutdownGracefully();
    }
}
