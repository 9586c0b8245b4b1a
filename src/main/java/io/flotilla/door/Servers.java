package io.flotilla.door;

import io.flotilla.door.DoorLink.Line;
import io.flotilla.door.DoorLink.Purpose;
import io.flotilla.door.DoorLink.Wanted;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.FlotillaException;
import io.flotilla.peer.Member;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Replica.Leader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Finds the server a new client of this node's doors is to talk to.
///
/// The read-write door's is the leader's. The read-only door's is this node's own; while this node leads it is another
/// node's, whose server *is* read-only, which no setting of a session can undo (docs/adr/0013).
final class Servers {
    private static final long PAUSE_MILLIS = 20;

    /// How long a client of the read-only door waits through a change of roles.
    private static final Duration CHANGE = Duration.ofSeconds(1);

    private final Replica replica;
    private final LocalServer local;
    private final DoorLink link;
    private final DoorLimits limits;
    private final AtomicInteger turn = new AtomicInteger();

    Servers(Replica replica, LocalServer local, DoorLink link, DoorLimits limits) {
        this.replica = replica;
        this.local = local;
        this.link = link;
        this.limits = limits;
    }

    /// Waits for a leader.
    ServerSession forWriting(InetSocketAddress client)
            throws IOException, RefusedException, InterruptedException {
        Deadline deadline = Deadline.in(limits.patience());
        String why = "";
        while (true) {
            try {
                return switch (replica.awaitLeader(deadline)) {
                    case Leader.Here here -> local.forWriting(client, deadline);
                    case Leader.Elsewhere elsewhere -> atLeader(elsewhere, client, deadline);
                };
            } catch (FlotillaException e) {
                throw unavailable("No node leads" + (why.isEmpty() ? "" : ": " + why));
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
            if (deadline.over()) {
                throw unavailable("No node leads: " + why);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private ServerSession atLeader(
            Leader.Elsewhere elsewhere, InetSocketAddress client, Deadline deadline)
            throws IOException, RefusedException {
        Line line =
                link.open(
                        elsewhere.member().id(),
                        new Wanted(Purpose.WRITE, client),
                        deadline.left());
        LeaderBinding binding = new LeaderBinding(replica, elsewhere.member().id(), line.term());
        return new ServerSession(line.endpoint(), binding, false, () -> {});
    }

    ServerSession forReading(InetSocketAddress client)
            throws IOException, RefusedException, InterruptedException {
        Deadline deadline =
                Deadline.in(limits.patience().compareTo(CHANGE) < 0 ? limits.patience() : CHANGE);
        while (true) {
            String why;
            try {
                return replica.reign().isPresent()
                        ? besidesTheLeader(client, deadline)
                        : local.forReading(client);
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
            if (deadline.over()) {
                throw unavailable("No server may be read from here: " + why);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private ServerSession besidesTheLeader(InetSocketAddress client, Deadline deadline)
            throws IOException, RefusedException, InterruptedException {
        List<Member> others =
                replica.members().stream()
                        .filter(member -> !member.id().equals(replica.self()))
                        .toList();
        if (others.isEmpty()) {
            return local.guarded(client, deadline);
        }
        IOException last = new NotNowException("no other node was asked");
        int first = Math.floorMod(turn.getAndIncrement(), others.size());
        for (int i = 0; i < others.size(); i++) {
            Member member = others.get((first + i) % others.size());
            try {
                Line line =
                        link.open(member.id(), new Wanted(Purpose.READ, client), deadline.left());
                return new ServerSession(line.endpoint(), () -> false, false, () -> {});
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static RefusedException unavailable(String why) {
        return new RefusedException(Refusal.unavailable(why));
    }
}
