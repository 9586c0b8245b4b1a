package io.flotilla.node;

import io.flotilla.consensus.DiskRoom;
import io.flotilla.observe.Observations;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Occupation;
import io.flotilla.replication.Replication;
import java.util.Map;
import java.util.TreeMap;

/// What `/status` and `/metrics` say of what may hold writes or a failover up: room, and servers that are behind or busy.
final class RoomView {
    private final Replication replication;

    RoomView(Replication replication) {
        this.replication = replication;
    }

    void show(Observations observations) {
        observations.gauge(
                "flotilla.flow.hold.seconds",
                "How long acknowledgements of writes are held, because too few servers are near"
                        + " the log",
                () -> replication.hold().toNanos() / 1e9);
        observations.gauge(
                "flotilla.disk.usable.bytes",
                "What can still be written to the disk of this node's data",
                () -> replication.room().usable());
        observations.gauge(
                "flotilla.disk.inodes.free",
                "Files that the disk of this node's data can still take; -1 where nobody counts"
                        + " them",
                () -> counted(replication.room().inodes()));
        observations.gauge(
                "flotilla.descriptors.free",
                "Descriptors that this node's process may still open; -1 where nobody counts them",
                () -> counted(replication.room().descriptors()));
        observations.gauge(
                "flotilla.server.occupied.seconds",
                "How long this node's following server has been busy with one statement, before"
                        + " which it cannot lead",
                () ->
                        replication
                                .occupation()
                                .map(now -> now.lasted().toNanos() / 1e9)
                                .orElse(0.0));
        observations.section("disk", () -> disk(replication.room()));
        observations.section("flow", this::flow);
    }

    private static long counted(long left) {
        return left == Long.MAX_VALUE ? -1 : left;
    }

    private static Map<String, Object> disk(DiskRoom room) {
        Map<String, Object> disk = new TreeMap<>();
        disk.put("usable_bytes", room.usable());
        disk.put("reserve_bytes", room.reserve());
        disk.put("inodes_free", counted(room.inodes()));
        disk.put("descriptors_free", counted(room.descriptors()));
        boolean low = room.isLow();
        disk.put("low", low);
        if (low) {
            disk.put("why", room.says());
        }
        return disk;
    }

    /// Of followers only while this node leads.
    private Map<String, Object> flow() {
        Map<String, Object> flow = new TreeMap<>();
        Map<String, Object> lags = new TreeMap<>();
        replication
                .followersLag()
                .forEach((node, lag) -> lags.put(String.valueOf(node.number()), lag.toMillis()));
        flow.put("held_ms", replication.hold().toMillis());
        flow.put("followers_lag_ms", lags);
        Map<String, Object> busy = new TreeMap<>();
        Map<NodeId, Occupation> occupied = replication.followersOccupation();
        occupied.forEach((node, what) -> busy.put(String.valueOf(node.number()), occupied(what)));
        flow.put("followers_busy", busy);
        replication.occupation().ifPresent(what -> flow.put("busy", occupied(what)));
        flow.put("failover_waits", waits(occupied.size(), replication.members().size() - 1));
        return flow;
    }

    /// A failover takes one of the others, and waits for the statement of a busy one.
    private static String waits(int busy, int others) {
        if (busy == 0) {
            return "no";
        }
        return busy < others ? "perhaps" : "yes";
    }

    private static Map<String, Object> occupied(Occupation what) {
        return Map.of("statement", what.statement(), "for_ms", what.lasted().toMillis());
    }
}
