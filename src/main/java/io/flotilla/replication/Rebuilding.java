package io.flotilla.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's data are put aside, and a first data directory takes their place: everything the group ever committed is
/// in the log, and is fed to it from the first transaction on.
///
/// The Raft log and the vote are not touched: this node goes on counting towards the majority meanwhile. What was put
/// aside is kept for a person to look at, until the next rebuild.
final class Rebuilding implements State {
    private static final Logger log = LoggerFactory.getLogger(Rebuilding.class);

    private final Parts parts;
    private final String reason;

    Rebuilding(Parts parts, String reason) {
        this.parts = parts;
        this.reason = reason;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.REBUILDING;
    }

    @Override
    public String why() {
        return reason;
    }

    @Override
    public State run() throws InterruptedException {
        log.warn(
                "node {} rebuilds its server from the log, {} transactions, because {}; the old data are kept in {}",
                parts.self(),
                parts.committed().last().seq(),
                reason,
                parts.engine().renew());
        return new Proving(parts);
    }
}
