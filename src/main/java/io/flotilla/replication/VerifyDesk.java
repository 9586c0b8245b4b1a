package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.disk.Durable;
import io.flotilla.engine.Server;
import io.flotilla.failure.Deadline;
import io.flotilla.verify.FollowingServer;
import io.flotilla.verify.LeadingServer;
import io.flotilla.verify.VerifyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where comparisons of servers meet the role thread: it says which server may be compared, and is told when this node's
/// differs from the others'. Thread-safe.
final class VerifyDesk implements FollowingServer {
    private final Signals signals;

    /// There while this node's data are known to differ, with the reason: a crash must not bring them back into service.
    private final Path mark;

    private final Path directory;

    private @Nullable Follower follower;
    private @Nullable LeadingServer leader;
    private volatile Optional<String> difference;

    /// @param directory of what this node keeps about its server
    /// @throws IOException if the mark cannot be read
    VerifyDesk(Signals signals, Path directory) throws IOException {
        this.signals = signals;
        this.directory = directory;
        mark = directory.resolve("differs");
        difference = Files.exists(mark) ? Optional.of(Files.readString(mark)) : Optional.empty();
    }

    synchronized void follows(Follower now) {
        follower = now;
    }

    synchronized void leads(Parts parts, Server server, OpenReign reign) {
        leader = new Lead(parts, server, reign);
    }

    synchronized void nothing() {
        follower = null;
        leader = null;
    }

    /// Empty while this node does not lead with open doors.
    synchronized Optional<LeadingServer> leader() {
        return Optional.ofNullable(leader);
    }

    /// Why this node's data are not to be used, as the end of a sentence: "its server ..."; empty as long as they may.
    Optional<String> difference() {
        return difference;
    }

    @Override
    public void differs(String reason) {
        try {
            Durable.createDirectory(directory);
            Durable.replace(mark, reason.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        difference = Optional.of(reason);
        signals.wake();
    }

    /// Other data are in place.
    void replaced() {
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        difference = Optional.empty();
    }

    @Override
    public synchronized Held hold() throws VerifyException {
        Follower now = follower;
        if (now == null) {
            throw new VerifyException("its server does not follow");
        }
        return new HeldFeed(now, now.hold().hold());
    }

    private record HeldFeed(Follower follower, FeedHold.Hold hold) implements Held {
        /// What the server had before this feed began counts too.
        @Override
        public long begun() {
            return Math.max(hold.begun(), follower.applied().known());
        }

        @Override
        public boolean goOnTo(long seq, Duration patience) throws InterruptedException {
            hold.letBegin(seq);
            try {
                return follower.applied().await(seq, Deadline.in(patience));
            } catch (ServerTrouble e) {
                return false;
            }
        }

        @Override
        public Connection connect() throws SQLException {
            return follower.server().admin();
        }

        @Override
        public void close() {
            hold.close();
        }
    }

    private record Lead(Parts parts, Server server, OpenReign reign) implements LeadingServer {
        @Override
        public Connection connect() throws SQLException {
            return server.admin();
        }

        @Override
        public boolean shows(long seq, Deadline deadline) throws InterruptedException {
            Optional<Serving> serving = parts.front().serving();
            return serving.isPresent() && serving.get().shows(seq, deadline);
        }

        @Override
        public boolean committed(long seq, Deadline deadline) throws InterruptedException {
            return seq == 0
                    || parts.committed().awaitBeyond(seq - 1, reign::ended, deadline.left());
        }

        @Override
        public Gtid before() {
            return parts.committed().era().map(era -> era.start().last()).orElse(Gtid.NONE);
        }

        @Override
        public boolean definedSince(long seq) {
            return reign.definedSince(seq);
        }

        @Override
        public boolean ended() {
            return reign.ended();
        }
    }
}
