package io.flotilla.replication;

import io.flotilla.engine.Engine;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The first recovery and start of this node's server, under way while the log is opened and the group joined: neither
/// needs the other, and both take long.
///
/// INVARIANT: the engine is used by one thread at a time. Whoever holds this touches the engine only after [#take] or
/// [#abandon].
final class EarlyStart {
    private final FutureTask<Recovered> work;
    private final Thread thread;

    private EarlyStart(FutureTask<Recovered> work, Thread thread) {
        this.work = work;
        this.thread = thread;
    }

    /// @param engine opened, nothing running
    static EarlyStart begin(Engine engine) {
        FutureTask<Recovered> work = new FutureTask<>(() -> Recovered.start(engine));
        Thread thread = Thread.ofPlatform().name("early-start").daemon().start(work);
        return new EarlyStart(work, thread);
    }

    /// The server, once it is up; as [Recovered#start], with its failures. Once.
    Recovered take() throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /// Nobody wants the server any more. When it returns, none runs.
    void abandon() throws InterruptedException {
        thread.interrupt();
        thread.join();
        try {
            work.get().server().kill();
        } catch (ExecutionException | CancellationException e) {
            // None was started; what went wrong concerns nobody any more.
            return;
        }
    }
}
