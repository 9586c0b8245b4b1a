package io.flotilla.peer;

import java.io.IOException;
import java.util.UUID;

/// What a node does with the channels of one type that other nodes open to it.
@FunctionalInterface
public interface ChannelHandler {
    /// Called on a virtual thread of its own for every accepted channel, which is closed when this returns or throws.
    ///
    /// An `IOException` ends the channel with one line in the log; anything else is logged as the defect it is.
    void handle(Channel channel) throws IOException, InterruptedException;

    /// Asked before the hello is answered: throws a [PeerRefusedException] to turn a member away, whose message it gets.
    ///
    /// @param incarnation the identity of the other node's log
    default void admit(NodeId from, UUID incarnation) throws IOException {}
}
