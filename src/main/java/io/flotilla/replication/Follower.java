package io.flotilla.replication;

import io.flotilla.binlog.Feed;
import io.flotilla.engine.Server;
import java.io.IOException;
import java.util.SortedSet;

/// A proved server that applies the committed log: the server, its feed, and how far it is.
final class Follower implements AutoCloseable {
    private final Server server;
    private final AppliedPosition applied;
    private final LogFeed source;
    private final Feed feed;

    private Follower(Server server, AppliedPosition applied, LogFeed source, Feed feed) {
        this.server = server;
        this.applied = applied;
        this.source = source;
        this.feed = feed;
    }

    /// Lets the server follow from the position it has.
    ///
    /// @param already the gated transactions whose effect the server has, though its position is before them
    static Follower start(Parts parts, Server server, SortedSet<Long> already) throws IOException {
        AppliedPosition applied = AppliedPosition.of(server, parts.config().domain());
        LogFeed source = new LogFeed(parts, new ServerGate(server, applied.watermark(), already));
        Feed feed = Feed.start(source);
        Follower follower = new Follower(server, applied, source, feed);
        server.follow(feed.address());
        return follower;
    }

    Server server() {
        return server;
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
