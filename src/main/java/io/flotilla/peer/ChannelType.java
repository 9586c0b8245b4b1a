package io.flotilla.peer;

import java.util.Optional;

/// What a connection between two nodes is for; said once, in its hello.
public enum ChannelType {
    /// Messages of the Raft group.
    RAFT(1),
    /// HTTP requests that only the leader can do.
    FORWARD(2),
    /// The bytes of a MySQL client on their way to the leader's server.
    DOOR(3),
    /// A server's data on their way to a node that is rebuilt.
    SNAPSHOT(4),
    /// Nothing but the hello: is that node alive?
    PROBE(5),
    /// A question about the schema a node had after a transaction.
    DIGEST(6),
    /// Could your server lead now, and what has it applied?
    STANDING(7),
    /// A node that lost its log asks to be taken in again.
    REJOIN(8),
    /// A leader compares that node's server with its own.
    VERIFY(9);

    private final int code;

    ChannelType(int code) {
        this.code = code;
    }

    /// The number that stands for it in a hello; never changed, never reused.
    int code() {
        return code;
    }

    static Optional<ChannelType> of(int code) {
        for (ChannelType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
