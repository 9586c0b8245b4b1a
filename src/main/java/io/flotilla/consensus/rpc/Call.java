package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One request under way and who waits for its answer. Ends exactly once: answered, timed out or broken.
final class Call {
    private final Message request;
    private final InvokeCallback callback;
    private final Executor fallback;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private volatile @Nullable Future<?> alarm;

    Call(Message request, InvokeCallback callback, Executor fallback) {
        this.request = request;
        this.callback = callback;
        this.fallback = fallback;
    }

    Message request() {
        return request;
    }

    /// When it was made, by `System.nanoTime()`.
    long startNanos() {
        return startNanos;
    }

    void alarm(Future<?> alarm) {
        this.alarm = alarm;
        if (ended.get()) {
            alarm.cancel(false);
        }
    }

    void answered(Message answer) {
        end(answer, null);
    }

    void timedOut(long millis) {
        end(null, new InvokeTimeoutException("no answer within " + millis + " ms"));
    }

    void failed(String reason) {
        end(null, new RemotingException(reason));
    }

    /// Never runs the callback on the calling thread if the library named another: the caller may hold its locks.
    private void end(@Nullable Message answer, @Nullable Throwable error) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        Future<?> pending = alarm;
        if (pending != null) {
            pending.cancel(false);
        }
        Runnable completion = () -> callback.complete(answer, error);
        Executor executor = callback.executor();
        try {
            (executor == null ? fallback : executor).execute(completion);
        } catch (RejectedExecutionException e) {
            // A lost answer can stop replication to a peer for ever (sofa-jraft issue 1271): run it
            // all the same.
            fallback.execute(completion);
        }
    }
}
