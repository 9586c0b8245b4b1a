package io.flotilla.consensus;

/// Writes the peers and learners of a configuration entry as bytes.
final class MembersCodec {
    private MembersCodec() {}
}
