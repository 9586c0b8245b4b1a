package io.flotilla.replication;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/// The local server while it follows and may be read by MySQL clients.
final class OpenReading implements Replica.Reading {
    private final Path socket;
    private final Supplier<Duration> behind;
    private volatile long leaderless;
    private volatile boolean over;

    /// @param behind how far behind the log the server is
    OpenReading(Path socket, Supplier<Duration> behind) {
        this.socket = socket;
        this.behind = behind;
    }

    @Override
    public Path socket() {
        return socket;
    }

    @Override
    public boolean over() {
        return over;
    }

    /// Without a leader nobody tells this node what is committed: it counts as behind since then.
    @Override
    public Duration lag() {
        long since = leaderless;
        Duration alone = Duration.ofNanos(since == 0 ? 0 : System.nanoTime() - since);
        Duration late = behind.get();
        return late.compareTo(alone) > 0 ? late : alone;
    }

    /// Whether a leader is known now; told each second.
    void led(boolean known) {
        if (known) {
            leaderless = 0;
        } else if (leaderless == 0) {
            leaderless = System.nanoTime();
        }
    }

    void end() {
        over = true;
    }
}
