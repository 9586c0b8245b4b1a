package io.flotilla.replication;

import io.flotilla.engine.ReplicaStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a following server says of its replica threads, asked for the role thread, which must not wait for it: a server
/// whose relay log waits for room on its disk holds what the question needs, and says nothing for a minute; one that is
/// frozen says nothing either.
///
/// Used by the role thread.
final class ReplicaThreads {
    /// Usual answers come within; the role does nothing else meanwhile.
    static final Duration ANSWER = Duration.ofMillis(500);

    /// ER_MASTER_FATAL_ERROR_READING_BINLOG: the feed does not know the position the server has.
    private static final int POSITION_UNKNOWN = 1236;

    private final Supplier<ReplicaStatus> question;
    private @Nullable CompletableFuture<ReplicaStatus> asked;

    /// @param question takes as long as the server may be silent, and fails then
    ReplicaThreads(Supplier<ReplicaStatus> question) {
        this.question = question;
    }

    /// Why replication stopped; empty while it runs, only waits, or the server has not answered yet.
    ///
    /// @throws RuntimeException the question's, when the server refuses it, is gone, or was silent for too long
    Optional<String> failure() throws InterruptedException {
        boolean again = asked != null;
        CompletableFuture<ReplicaStatus> answer = asked != null ? asked : ask();
        try {
            ReplicaStatus status = answer.get(again ? 0 : ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            asked = null;
            return failure(status);
        } catch (TimeoutException e) {
            asked = answer;
            return Optional.empty();
        } catch (ExecutionException e) {
            asked = null;
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        }
    }

    /// Whether the server owes an answer for longer than usual.
    boolean silent() {
        return asked != null;
    }

    private CompletableFuture<ReplicaStatus> ask() {
        return CompletableFuture.supplyAsync(
                question, task -> Thread.ofVirtual().name("replica-threads").start(task));
    }

    private static Optional<String> failure(ReplicaStatus status) {
        if (status.applyErrno() != 0) {
            return Optional.of("error " + status.applyErrno() + ", " + status.applyError());
        }
        return status.fetchErrno() == POSITION_UNKNOWN
                ? Optional.of(status.fetchError())
                : Optional.empty();
    }
}
