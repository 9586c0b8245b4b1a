package io.flotilla.replication;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// The local server while it follows and may be read by MySQL clients.
final class OpenReading implements Replica.Reading {
    /// What a server counts as behind of which nothing is known yet: more than anybody allows.
    private static final Duration UNKNOWN = Duration.ofDays(1);

    private final Path socket;
    private final Supplier<Duration> behind;
    private final Supplier<CompletableFuture<Long>> question;

    /// Since when it is not known what is committed, in [System#nanoTime]; 0 while it is.
    private volatile long alone;

    /// An answer to the question that was put after a leader came into sight. Of the thread that looks.
    private Optional<CompletableFuture<Long>> asked = Optional.empty();

    private volatile boolean over;

    /// @param behind how far behind what this node knows to be committed the server is
    /// @param question asks a quorum; completes with a transaction such that all that were committed when it was asked lie
    ///     at or below it
    OpenReading(
            Path socket, Supplier<Duration> behind, Supplier<CompletableFuture<Long>> question) {
        this.socket = socket;
        this.behind = behind;
        this.question = question;
        alone = notZero(System.nanoTime() - UNKNOWN.toNanos());
    }

    @Override
    public Path socket() {
        return socket;
    }

    @Override
    public boolean over() {
        return over;
    }

    /// Nobody told this node what is committed before it followed, nor while it knew no leader: what it learns of that
    /// later is older than it seems. So it counts as behind until it has applied what a quorum then names.
    @Override
    public Duration lag() {
        long since = alone;
        Duration unknown = Duration.ofNanos(since == 0 ? 0 : System.nanoTime() - since);
        Duration late = behind.get();
        return late.compareTo(unknown) > 0 ? late : unknown;
    }

    /// Whether [#lag] is what it seems, and not counted from when a leader was missed.
    boolean sure() {
        return alone == 0;
    }

    /// Told at the beginning and each second, more often while it is not sure, by one thread.
    ///
    /// @param led whether a leader is known now
    /// @param applied the last transaction that the server is known to have
    void look(boolean led, long applied) {
        if (!led) {
            asked = Optional.empty();
            if (alone == 0) {
                alone = notZero(System.nanoTime());
            }
            return;
        }
        if (alone == 0) {
            return;
        }
        if (asked.isEmpty() || asked.get().isCompletedExceptionally()) {
            asked = Optional.of(question.get());
        }
        CompletableFuture<Long> answer = asked.get();
        if (answer.state() == Future.State.SUCCESS && answer.resultNow() <= applied) {
            asked = Optional.empty();
            alone = 0;
        }
    }

    private static long notZero(long moment) {
        return moment == 0 ? 1 : moment;
    }

    void end() {
        over = true;
    }
}
