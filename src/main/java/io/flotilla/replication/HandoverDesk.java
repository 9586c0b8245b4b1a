package io.flotilla.replication;

import io.flotilla.peer.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a planned handover is asked for and answered; one at a time, and only while this node leads.
///
/// INVARIANT: every request is answered, by who takes it or by [#close], whatever way the reign ends; and none outlives
/// the reign it was made in: the next one would be given away as soon as it began.
final class HandoverDesk {
    private final Signals signals;
    private boolean leads;
    private @Nullable Request open;
    private @Nullable Request taken;

    HandoverDesk(Signals signals) {
        this.signals = signals;
    }

    /// @param successor who shall lead; the most advanced follower when nobody is named
    /// @param done completes when the lead is given away, or fails with the reason why this node still leads
    record Request(Optional<NodeId> successor, CompletableFuture<Void> done) {}

    /// A reign begins: from now on a handover may be asked for.
    synchronized void open() {
        leads = true;
    }

    /// Asks for a handover; a second one joins the first. Fails at once while this node does not lead.
    synchronized CompletableFuture<Void> ask(Optional<NodeId> successor) {
        if (!leads) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("this node does not lead"));
        }
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
        taken = request;
        return Optional.ofNullable(request);
    }

    /// The reign is over: answers what nobody has taken, and what was taken and not answered.
    void close(String reason) {
        List<Request> unanswered;
        synchronized (this) {
            leads = false;
            unanswered = Stream.of(taken, open).filter(Objects::nonNull).toList();
            taken = null;
            open = null;
        }
        IllegalStateException refusal = new IllegalStateException(reason);
        unanswered.forEach(request -> request.done().completeExceptionally(refusal));
    }
}
