package io.flotilla.replication;

import io.flotilla.peer.NodeId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Where a planned handover is asked for and answered; one at a time.
final class HandoverDesk {
    private final Signals signals;
    private @Nullable Request open;

    HandoverDesk(Signals signals) {
        this.signals = signals;
    }

    /// @param successor who shall lead; the most advanced follower when nobody is named
    /// @param done completes when the lead is given away, or fails with the reason why this node still leads
    record Request(Optional<NodeId> successor, CompletableFuture<Void> done) {}

    /// Asks for a handover; a second one joins the first.
    synchronized CompletableFuture<Void> ask(Optional<NodeId> successor) {
        Request request = open;
        if (request == null) {
            request = new Request(successor, new CompletableFuture<>());
            open = request;
            signals.wake();
        }
        return request.done();
    }

    synchronized boolean isRequested() {
        return open != null;
    }

    /// Takes the request, to be carried out now.
    synchronized Optional<Request> take() {
        Request request = open;
        open = null;
        return Optional.ofNullable(request);
    }

    /// Answers a request that nobody has taken: it was meant for a reign that is over.
    void refuse(String reason) {
        take().ifPresent(request ->
                request.done().completeExceptionally(new IllegalStateException(reason)));
    }
}
