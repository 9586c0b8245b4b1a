package io.flotilla.ddl;

/// What is left to ask when a server died inside a gated transaction, so that it may have run, or not, or in part.
public enum Doubt {
    /// Given again it ends in the same state, whether it had run, not at all or half: it is simply given again.
    HARMLESS,
    /// It ran or it did not; the server's crash recovery leaves nothing in between. The digest tells.
    ALL_OR_NOTHING,
    /// It can stop half-way. Only a digest that equals the one before, or a peer's after, is an answer.
    PIECEMEAL,
    /// An XA transaction was prepared, or was not: `XA RECOVER` tells.
    XA_PREPARE,
    /// A prepared XA transaction was committed or rolled back, or was not: `XA RECOVER` tells.
    XA_END;

    public boolean xa() {
        return this == XA_PREPARE || this == XA_END;
    }
}
