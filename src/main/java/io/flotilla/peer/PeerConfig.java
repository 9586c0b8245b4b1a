package io.flotilla.peer;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// A node's place in the net of its fleet.
///
/// @param fleet the fleet's name or id; a node of another fleet is refused
/// @param self this node; one of `members`
/// @param members all nodes, with the addresses *this* node reaches them at; taken from the configuration only
/// @param listen where this node listens
/// @param incarnation drawn when this node's log directory was made, and kept in it
/// @param helloTimeout how long either side waits for the other's hello; too short refuses a busy node, too long lets
///     strangers hold connections
/// @param maxChannels how many accepted connections this node holds at most; beyond it new ones are closed at once. A
///     connection of a MySQL client at a follower takes one
public record PeerConfig(
        String fleet,
        NodeId self,
        List<Member> members,
        InetSocketAddress listen,
        UUID incarnation,
        Duration helloTimeout,
        int maxChannels) {
    public static final Duration DEFAULT_HELLO_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_MAX_CHANNELS = 8192;

    public PeerConfig {
        members = List.copyOf(members);
        if (fleet.isBlank()
                || fleet.getBytes(StandardCharsets.UTF_8).length > Hello.MAX_FLEET_BYTES) {
            throw new IllegalArgumentException(
                    "a fleet needs a name of up to "
                            + Hello.MAX_FLEET_BYTES
                            + " bytes: '"
                            + fleet
                            + "'");
        }
        if (members.stream().noneMatch(member -> member.id().equals(self))) {
            throw new IllegalArgumentException(
                    "node " + self + " is not one of the members " + members);
        }
        if (members.stream().map(Member::id).distinct().count() != members.size()) {
            throw new IllegalArgumentException("two members have the same id: " + members);
        }
        if (helloTimeout.toMillis() < 1 || maxChannels < 1) {
            throw new IllegalArgumentException("hello timeout and channel limit must be positive");
        }
    }

    /// With the default limits.
    public static PeerConfig of(
            String fleet,
            NodeId self,
            List<Member> members,
            InetSocketAddress listen,
            UUID incarnation) {
        return new PeerConfig(
                fleet,
                self,
                members,
                listen,
                incarnation,
                DEFAULT_HELLO_TIMEOUT,
                DEFAULT_MAX_CHANNELS);
    }
}
