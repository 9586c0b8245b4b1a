package io.flotilla.replication;

import io.flotilla.consensus.DiskRoom;
import io.flotilla.engine.Server;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a leader does when its disk has no room, or its process no descriptors: another one is to lead; while none can, it
/// takes no writes, says so, and goes on by itself when there is room again. Neither does it take any while so many others
/// have no room that nothing could be committed. Used by the role thread.
final class LeadersRoom {
    private static final Logger log = LoggerFactory.getLogger(LeadersRoom.class);

    private final Parts parts;
    private final Server server;
    private final OpenReign reign;
    private final FlowControl flow;

    /// Whether clients are turned away.
    private boolean refusing;

    /// Whether the server is read-only because of that: not so while commits are in flight.
    private boolean closed;

    LeadersRoom(Parts parts, Server server, OpenReign reign, FlowControl flow) {
        this.parts = parts;
        this.server = server;
        this.reign = reign;
        this.flow = flow;
    }

    /// @return whether another node should lead, and can
    boolean look() {
        DiskRoom room = parts.raft().room();
        Optional<String> own =
                room.isLow()
                        ? Optional.of("on node " + parts.self() + " " + room.says())
                        : Optional.empty();
        if (own.isPresent()
                && parts.members().size() > 1
                && parts.standings().readiest().isPresent()) {
            log.warn("{}; another node is to lead", own.get());
            return true;
        }
        Optional<String> reason = own.or(flow::blocked);
        if (reason.isPresent()) {
            refuse(reason.get());
        } else if (refusing) {
            server.leader().openForWrites();
            reign.admit();
            refusing = false;
            closed = false;
            log.info("node {}: there is room again; writes go on", parts.self());
        }
        return false;
    }

    private void refuse(String reason) {
        reign.refuse("no writes: " + reason);
        if (!refusing) {
            refusing = true;
            log.warn("node {} takes no writes until there is more room: {}", parts.self(), reason);
        }
        if (!closed) {
            closed = server.leader().closeForWrites();
        }
    }

    /// Somebody else has made the server writable.
    void reopened() {
        closed = false;
    }
}
