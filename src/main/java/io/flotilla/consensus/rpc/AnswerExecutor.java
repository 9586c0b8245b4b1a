package io.flotilla.consensus.rpc;

import java.util.concurrent.Executor;

/// Runs what is to be done with answers, one after the other.
public interface AnswerExecutor extends Executor {
    /// Runs a task on the calling thread when nothing runs or waits, else as [#execute]. For a thread that holds no lock
    /// and reads answers: it is awake already.
    void executeHere(Runnable task);
}
