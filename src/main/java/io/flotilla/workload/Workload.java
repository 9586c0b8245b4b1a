package io.flotilla.workload;

import io.flotilla.bench.Fleet;
import java.util.List;

/// Clients with one purpose, and their checker. Driven by one thread: made, started, stopped, judged.
interface Workload {
    /// Makes its tables, before anything is hurt.
    void prepare();

    /// Sets its clients to work.
    void start(Clients clients);

    /// Lets clients of its own end, behind those it was given.
    default void stop() {}

    /// What its clients were told, so far.
    Counts counts();

    /// What is wrong; when all clients have stopped and all nodes are level.
    List<String> complaints(Fleet fleet);
}
