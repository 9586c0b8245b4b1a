package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The network between the nodes of a fleet, for who wants to hurt it: every connection between two nodes goes through a
/// proxy in this process. Thread-safe.
///
/// What a node sends is held or slowed by direction, whoever opened the connection. Held bytes stay where they are, and
/// connections stay open, as behind a switch that drops packets; once healed they arrive, as TCP would send them again.
///
/// Where the [Surroundings] can drop packets, a cut does that instead: nothing passes then, not even the call that would
/// open a connection.
public final class Wires implements AutoCloseable {
    private final List<Wire> wires = new ArrayList<>();
    private final Surroundings surroundings;

    public Wires() {
        this(Surroundings.LOOPBACK);
    }

    public Wires(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /// Lays a wire on which one node calls another.
    ///
    /// @return the port at which `from` reaches `to`
    synchronized int lay(int from, int to, int port) {
        try {
            Wire wire = Wire.open(from, to, port, surroundings);
            wires.add(wire);
            return wire.port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Drops or holds whatever a node sends to another.
    public void cut(int from, int to) {
        if (!surroundings.drop(from, to, true)) {
            each(wire -> wire.flow(from, to).hold());
        }
    }

    /// Lets it go on.
    public void mend(int from, int to) {
        surroundings.drop(from, to, false);
        each(wire -> wire.flow(from, to).release());
    }

    /// Delays whatever a node sends to another.
    public void delay(int from, int to, Duration by) {
        each(wire -> wire.flow(from, to).delay(by));
    }

    /// Lets a node send only so many bytes in a second to another; 0 is no limit.
    public void limit(int from, int to, long bytesPerSecond) {
        each(wire -> wire.flow(from, to).limit(bytesPerSecond));
    }

    /// Resets every connection between two nodes; new ones are taken.
    public void sever(int one, int other) {
        each(wire -> {
            if (wire.joins(one, other)) {
                wire.sever();
            }
        });
    }

    /// Ends every fault.
    public synchronized void mendAll() {
        wires.forEach(wire -> surroundings.drop(wire.from(), wire.to(), false));
        each(Wire::mend);
    }

    @Override
    public void close() {
        each(Wire::close);
    }

    private synchronized void each(java.util.function.Consumer<Wire> what) {
        wires.forEach(what);
    }
}
