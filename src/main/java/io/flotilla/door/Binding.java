package io.flotilla.door;

/// What a connection depends on at this node's side. Read by the loop before it passes anything: cheap, never blocks.
interface Binding {
    /// Whether the connection must end now: the reign is over, the server may not be read any more.
    boolean over();

    /// The stall gate: whether nothing may pass in either direction (docs/design.md, section 8).
    default boolean stalled() {
        return false;
    }

    /// Whether nothing new may come from the client: a handover, or a copy of the leader's data, waits for what is under
    /// way.
    default boolean held() {
        return false;
    }

    /// Who leads, or what may be read, may have changed; also called now and then.
    default void look() {}
}
