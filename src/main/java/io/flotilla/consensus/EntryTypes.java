package io.flotilla.consensus;

/// What a journal record of this log holds. The numbers are on disk: never change one.
final class EntryTypes {
    /// The library's own mark at the start of a term.
    static final byte NO_OP = 1;

    /// An entry of ours: the payload is exactly the bytes given to [ReplicatedLog#append].
    static final byte DATA = 2;

    /// The members from here on: the payload is written by [MembersCodec].
    static final byte MEMBERS = 3;

    private EntryTypes() {}
}
