package io.flotilla.replication;

import io.flotilla.consensus.ReplicatedLog.Leadership;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.ReplicaStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server is proved, applies what the log has committed, and answers reads.
///
/// Ends when this node wins an election, the server dies, or its replication stops by an error (then it is no longer
/// known to be a prefix: I3).
final class Following implements State {
    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /// How often the replica threads are looked at; their errors come no other way.
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Parts parts;
    private final Follower follower;
    /// The last term whose lead did not work out; it is not tried again.
    private final long lostTerm;

    Following(Parts parts, Follower follower, long lostTerm) {
        this.parts = parts;
        this.follower = follower;
        this.lostTerm = lostTerm;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.FOLLOWING;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        parts.front().serve(new Serving(follower.server().clients(), follower.applied(), seq -> seq));
        try {
            @Nullable State next = null;
            while (next == null && !parts.signals().stopping()) {
                boolean news = parts.signals().await(() -> !follower.server().alive() || wins(), LOOK);
                next = news ? act() : look();
            }
            return next != null ? next : stop();
        } catch (EngineException e) {
            log.warn("the server of this node does not answer: {}", e.getMessage());
            return again();
        }
    }

    private boolean wins() {
        Leadership leadership = parts.raft().leadership();
        return leadership.self() && leadership.term() > lostTerm;
    }

    private @Nullable State act() {
        if (!follower.server().alive()) {
            log.warn("the server of this node died; starting it again");
            return again();
        }
        Leadership leadership = parts.raft().leadership();
        return leadership.self() ? new Promoting(parts, follower, leadership.term()) : null;
    }

    private @Nullable State look() {
        ReplicaStatus status = follower.server().replicaStatus();
        if (status.error().isEmpty()) {
            return null;
        }
        parts.front().serveNothing();
        follower.close();
        return new Unproved(parts, follower.server(), "its server stopped following: " + status.error().get());
    }

    private State again() {
        parts.front().serveNothing();
        follower.close();
        follower.server().kill();
        return new Proving(parts);
    }

    private @Nullable State stop() {
        parts.front().serveNothing();
        follower.server().unfollow();
        follower.close();
        follower.server().stopClean();
        return null;
    }
}
