package io.flotilla.consensus;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import io.flotilla.consensus.ReplicatedLog.NotAppendedException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// One append under way.
final class AppendClosure implements Closure {
    private final CompletableFuture<Long> result = new CompletableFuture<>();

    CompletableFuture<Long> result() {
        return result;
    }

    /// The entry was committed at `index` and applied on this node.
    void applied(long index) {
        result.complete(index);
    }

    /// Called by the library when it failed. Never called with success: whoever applies the entry says [#applied].
    @Override
    public void run(Status status) {
        if (status.isOk()) {
            result.completeExceptionally(
                    new IllegalStateException("an entry was committed, but not applied"));
        } else if (neverEntered(status)) {
            result.completeExceptionally(new NotAppendedException(status.getErrorMsg()));
        } else {
            result.completeExceptionally(new IOException("the entry may be in the log: " + status));
        }
    }

    /// The library has no code of its own for "it never entered": EPERM is also what entries get that were in the log
    /// when the leader stepped down. These are its texts (NodeImpl.executeApplyingTasks and apply, 1.4.1); a test holds
    /// each of them. EBUSY is only ever said before an entry gets an index.
    private static boolean neverEntered(Status status) {
        String text = String.valueOf(status.getErrorMsg());
        return switch (status.getRaftError()) {
            case EBUSY -> true;
            case EPERM -> text.equals("Is not leader.") || text.startsWith("expected_term=");
            case ENODESHUTDOWN -> text.equals("Node is shutting down.");
            default -> false;
        };
    }
}
