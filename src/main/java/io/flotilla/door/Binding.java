package io.flotilla.door;

import java.nio.ByteBuffer;

/// What a connection depends on at this node's side. Read by the loop before it passes anything: cheap, never blocks.
interface Binding {
    /// Whether the connection must end now: the reign is over, the server may not be read any more.
    boolean over();

    /// The stall gate: whether nothing may pass in either direction (docs/design.md, section 8).
    default boolean stalled() {
        return false;
    }

    /// The client wants to say something.
    ///
    /// @return whether it may now; false while a handover, or a copy of the leader's data, waits for what is under way
    default boolean ask() {
        return true;
    }

    /// What it said, if anything, asks for no answer.
    default void nothing() {}

    /// The server has said something, and it was passed on.
    ///
    /// @param said the bytes, from position to limit; to be left as they are
    default void answered(ByteBuffer said) {}

    /// The connection has ended.
    default void ended() {}

    /// Who leads, or what may be read, may have changed; also called now and then.
    default void look() {}
}
