package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// One request under way and who waits for its answer. Ends exactly once: answered, timed out or broken.
final class Call {
    private final Message request;
    private final InvokeCallback callback;
    private final Executor fallback;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private final long timeoutMillis;

    Call(Message request, InvokeCallback callback, Executor fallback, long timeoutMillis) {
        this.request = request;
        this.callback = callback;
        this.fallback = fallback;
        this.timeoutMillis = timeoutMillis;
    }

    Message request() {
        return request;
    }

    /// When it was made, by `System.nanoTime()`.
    long startNanos() {
        return startNanos;
    }

    /// How long its answer may take.
    long timeoutNanos() {
        return TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /// By the thread that reads answers, which holds no lock: the callback may run on it.
    void answered(Message answer) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        Runnable completion = () -> callback.complete(answer, null);
        if (callback.executor() instanceof AnswerExecutor answers) {
            run(answers::executeHere, completion);
        } else {
            elsewhere(completion);
        }
    }

    void timedOut() {
        fail(new InvokeTimeoutException("no answer within " + timeoutMillis + " ms"));
    }

    /// Never runs the callback on the calling thread if the library named another: the caller may hold its locks.
    void failed(String reason) {
        fail(new RemotingException(reason));
    }

    private void fail(Throwable error) {
        if (ended.compareAndSet(false, true)) {
            elsewhere(() -> callback.complete(null, error));
        }
    }

    private void elsewhere(Runnable completion) {
        Executor executor = callback.executor();
        run(executor == null ? fallback : executor, completion);
    }

    private void run(Executor executor, Runnable completion) {
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            // A lost answer can stop replication to a peer for ever (sofa-jraft issue 1271): run it
            // all the same.
            fallback.execute(completion);
        }
    }
}
