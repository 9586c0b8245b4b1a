package io.flotilla.replication;

import io.flotilla.binlog.Feed;
import io.flotilla.binlog.Tap;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedSet;

/// A proved server that applies the committed log: the server, its feed, and how far it is.
final class Follower implements AutoCloseable {
    private final Server server;
    private final AppliedPosition applied;
    private final LogFeed source;
    private final Feed feed;
    private final byte[] format;
    private final FeedHold hold;
    private final ReplicaThreads threads;

    private Follower(
            Server server,
            AppliedPosition applied,
            LogFeed source,
            Feed feed,
            byte[] format,
            FeedHold hold) {
        this.hold = hold;
        this.server = server;
        this.applied = applied;
        this.source = source;
        this.feed = feed;
        this.format = format;
        threads = new ReplicaThreads(server.replica()::replicaStatus);
    }

    /// Lets the server follow from the position it has.
    ///
    /// @param already the gated transactions whose effect the server has, though its position is before them
    static Follower start(Parts parts, Server server, SortedSet<Long> already) throws IOException {
        AppliedPosition applied = AppliedPosition.of(server, parts.config().domain());
        try {
            ServerGate gate = new ServerGate(server, applied.watermark(), parts, already);
            LogFeed source = new LogFeed(parts, gate);
            return start(server, applied, source, gate.hold());
        } catch (IOException | RuntimeException e) {
            applied.close();
            throw e;
        }
    }

    private static Follower start(
            Server server, AppliedPosition applied, LogFeed source, FeedHold hold)
            throws IOException {
        Feed feed = Feed.start(source);
        try {
            byte[] format = Tap.readFormatDescription(server.tapAddress(), LeaderTap.replicaId());
            server.replica().changeMaster(feed.address());
            server.replica().startReplica();
            return new Follower(server, applied, source, feed, format, hold);
        } catch (IOException | RuntimeException e) {
            source.end();
            feed.close();
            throw e;
        }
    }

    Server server() {
        return server;
    }

    /// The server's FORMAT_DESCRIPTION event, for the log to name when it leads.
    byte[] format() {
        return format;
    }

    /// Keeps transactions from the server for a while.
    FeedHold hold() {
        return hold;
    }

    /// What the server says of its replica threads.
    ReplicaThreads threads() {
        return threads;
    }

    /// For how long nothing could be fed to the server though it asked; zero when all is well.
    Duration starving() {
        return source.failing();
    }

    Watermark applied() {
        return applied.watermark();
    }

    /// The replica threads are stopped before this, or lose their primary.
    @Override
    public void close() {
        source.end();
        feed.close();
        applied.close();
    }
}
