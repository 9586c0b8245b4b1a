package io.flotilla.door;

import io.flotilla.door.DoorLink.Purpose;
import io.flotilla.door.DoorLink.Wanted;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.Channel;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.function.Supplier;

/// Serves the doors of other nodes: joins their channels with sessions of this node's server.
///
/// The commands were looked at there; the gates, the end of the reign and the PROXY header are here, beside the server.
final class Carried {
    private final LocalServer local;
    private final DoorLimits limits;
    private final DoorCounters counters;
    private final Supplier<Loop> loops;

    /// @param loops the loop of the next connection
    Carried(LocalServer local, DoorLimits limits, DoorCounters counters, Supplier<Loop> loops) {
        this.local = local;
        this.limits = limits;
        this.counters = counters;
        this.loops = loops;
    }

    /// Returns when the connection has ended.
    void serve(Channel channel) throws IOException, InterruptedException {
        channel.readTimeout(limits.handshake());
        Wanted wanted = DoorLink.read(new DataInputStream(channel.in()));
        try {
            ServerSession session = open(wanted);
            boolean carried = false;
            try {
                long term = session.binding() instanceof ReignBinding reign ? reign.term() : 0;
                DoorLink.accept(channel.out(), term);
                carried = true;
            } finally {
                if (!carried) {
                    session.close();
                }
            }
            carry(channel, session);
        } catch (NotNowException e) {
            DoorLink.notNow(channel.out(), String.valueOf(e.getMessage()));
        } catch (RefusedException e) {
            counters.refused.increment();
            DoorLink.refuse(channel.out(), e.refusal());
        }
    }

    private ServerSession open(Wanted wanted)
            throws IOException, RefusedException, InterruptedException {
        return wanted.purpose() == Purpose.WRITE
                ? local.forWriting(wanted.client(), Deadline.in(limits.patience()))
                : local.forReading(wanted.client());
    }

    private void carry(Channel channel, ServerSession session) throws InterruptedException {
        Endpoint client = Endpoint.of(channel);
        counters.carried.incrementAndGet();
        Relay relay =
                new Relay(
                        client,
                        session.endpoint(),
                        new Leg(client, session.endpoint(), null, counters.fromClients),
                        new Leg(session.endpoint(), client, null, counters.toClients),
                        session.binding(),
                        how -> {
                            counters.carried.decrementAndGet();
                            session.release().run();
                            if (how == Relay.End.CUT) {
                                counters.cut.increment();
                            }
                        });
        loops.get().add(relay);
        relay.awaitEnd();
    }
}
