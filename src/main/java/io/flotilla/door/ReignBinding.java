package io.flotilla.door;

import io.flotilla.replication.Reign;

/// A session of this node's server while it leads.
///
/// INVARIANT I6: it ends with its reign, before the server is told anything.
record ReignBinding(Reign reign) implements Binding {
    private static final long STALL_NANOS = DoorLimits.STALL.toNanos();

    @Override
    public boolean over() {
        return reign.ended();
    }

    @Override
    public boolean stalled() {
        return reign.uncommittedNanos() > STALL_NANOS;
    }

    @Override
    public boolean held() {
        return reign.held();
    }
}
