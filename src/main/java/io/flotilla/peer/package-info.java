/// The one link between nodes: one port per node, typed channels over it, and the addresses of the members.
///
/// A connection begins with a [Hello]; the node that accepts it answers with a [Welcome] and hands it, as a [Channel],
/// to the handler of its [ChannelType]. [PeerNetwork] is both halves; [PeerSecurity] makes the sockets. What a channel
/// carries is not known here.
@NullMarked
package io.flotilla.peer;

import org.jspecify.annotations.NullMarked;
