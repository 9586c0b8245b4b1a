package io.flotilla.verify;

import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;

/// What a comparison of the fleet's servers found.
///
/// @param position the last transaction that the compared states include; of the last look
/// @param compared the nodes that took part, the leader among them
/// @param silent those that did not, each with the reason
/// @param objects tables with what each node has; of everything that is not a table only what differs, and one line for
///     all definitions
/// @param unread what could not be compared, each with the reason
/// @param differing the nodes that a majority agrees against, each with the reason
/// @param undecided what differs without a majority that agrees, or without the same node being different at two looks
public record Report(
        Instant at,
        Duration took,
        String position,
        NavigableSet<NodeId> compared,
        SortedMap<NodeId, String> silent,
        List<Line> objects,
        SortedMap<String, String> unread,
        SortedMap<NodeId, String> differing,
        NavigableSet<String> undecided) {
    /// One object at one node.
    ///
    /// @param rows -1 where it has none
    public record Line(String object, NodeId node, long rows, boolean equal) {}

    /// Whether all nodes that took part hold the same, as far as it could be compared.
    public boolean equal() {
        return differing.isEmpty() && undecided.isEmpty();
    }
}
