package io.flotilla.consensus;

import com.alipay.sofa.jraft.util.concurrent.FixedThreadsExecutorGroup;
import com.alipay.sofa.jraft.util.concurrent.SingleThreadExecutor;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/// The one thread on which answers to appends are handled, of all followers.
///
/// The library shares one answer object among all followers of a read index, and sets and reads it without a lock: two
/// threads could count one consent twice (docs/notes/raft.md, must-do 5).
final class ResponseThread implements FixedThreadsExecutorGroup, SingleThreadExecutor {
    private final ExecutorService thread;

    ResponseThread(ExecutorService thread) {
        this.thread = thread;
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public void execute(int index, Runnable task) {
        thread.execute(task);
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
