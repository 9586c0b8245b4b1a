package io.flotilla.replication;

import io.flotilla.consensus.DiskRoom;
import io.flotilla.engine.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a leader does when its disk has no room: another one is to lead; while none can, it takes no writes, says so, and
/// goes on by itself when there is room again. Used by the role thread.
final class LeadersRoom {
    private static final Logger log = LoggerFactory.getLogger(LeadersRoom.class);

    private final Parts parts;
    private final Server server;
    private final OpenReign reign;

    /// Whether clients are turned away.
    private boolean refusing;

    /// Whether the server is read-only because of that: not so while commits are in flight.
    private boolean closed;

    LeadersRoom(Parts parts, Server server, OpenReign reign) {
        this.parts = parts;
        this.server = server;
        this.reign = reign;
    }

    /// @return whether another node should lead, and can
    boolean look() {
        DiskRoom room = parts.raft().room();
        if (!room.isLow()) {
            if (refusing) {
                server.leader().openForWrites();
                reign.admit();
                refusing = false;
                closed = false;
                log.info("node {}: there is room on the disk again; writes go on", parts.self());
            }
            return false;
        }
        if (parts.members().size() > 1 && parts.standings().readiest().isPresent()) {
            log.warn("the disk of node {}: {}; another node is to lead", parts.self(), room.says());
            return true;
        }
        if (!refusing) {
            refusing = true;
            reign.refuse("no writes: on the disk of node " + parts.self() + " " + room.says());
            log.warn(
                    "the disk of node {}: {}, and no other node can lead; no writes until there is more",
                    parts.self(),
                    room.says());
        }
        if (!closed) {
            closed = server.leader().closeForWrites();
        }
        return false;
    }

    /// Somebody else has made the server writable.
    void reopened() {
        closed = false;
    }
}
