package io.flotilla.bench;

import java.net.InetAddress;
import java.util.List;

/// What a fleet's nodes stand in: where on the network, and how a process of theirs gets there.
public interface Surroundings {
    /// This machine as it is: all nodes at its loopback address.
    Surroundings LOOPBACK =
            new Surroundings() {
                @Override
                public InetAddress address(int node) {
                    return InetAddress.getLoopbackAddress();
                }

                @Override
                public InetAddress seenAs(int node) {
                    return InetAddress.getLoopbackAddress();
                }

                @Override
                public List<String> starter(int node) {
                    return List.of();
                }

                @Override
                public boolean drop(int from, int to, boolean all) {
                    return false;
                }
            };

    /// Where a node listens, for clients and for wires; by the name that stands in its configuration.
    InetAddress address(int node);

    /// The address on this side that stands for a node: others call it there, and are called by it from there.
    InetAddress seenAs(int node);

    /// The command that starts a node where it belongs: it is given the node's own behind its arguments, and becomes it.
    List<String> starter(int node);

    /// Drops every packet that a node sends to another, also such as would open a connection; or lets them pass.
    ///
    /// @return whether that is possible here
    boolean drop(int from, int to, boolean all);
}
