/// The messages of the Raft library between nodes, over channels of type RAFT.
///
/// The library's own transport (sofa-bolt) connects while it holds the node's lock, which costs 4 to 20 seconds without
/// a leader when a machine vanishes, and deserialises foreign classes. Here connecting happens on threads of its own,
/// a call without a connection fails at once, a broken connection fails all its calls at once, and nothing but the
/// messages of [MessageKind] is ever parsed.
///
/// [RaftTransport] is one node's end: per other node one [OutgoingLink], which this node opens and sends requests on,
/// and one [IncomingLink], which the other opened. [FlotillaRpcFactory] is where the library finds it.
@NullMarked
package io.flotilla.consensus.rpc;

import org.jspecify.annotations.NullMarked;
