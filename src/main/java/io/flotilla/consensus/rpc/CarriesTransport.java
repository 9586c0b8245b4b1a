package io.flotilla.consensus.rpc;

/// Options of a Raft node that know the node's transport: the library makes its client by a static factory, and hands
/// it nothing but these.
public interface CarriesTransport {
    RaftTransport transport();
}
