package io.flotilla.verify;

import io.flotilla.ddl.TableName;
import io.flotilla.failure.Deadline;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;

/// A follower as the leader sees it while it compares the two; its words are [Wire]'s. Used by one thread at a time.
final class Remote implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// What reading a schema may take besides.
    private static final Duration SCHEMA = Duration.ofSeconds(20);

    private final Channel channel;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final long begun;

    private Remote(Channel channel) throws IOException {
        this.channel = channel;
        in = new DataInputStream(new BufferedInputStream(channel.in()));
        out = new DataOutputStream(new BufferedOutputStream(channel.out()));
        channel.readTimeout(CONNECT);
        Wire.expectYes(in);
        begun = in.readLong();
    }

    /// From now on that node's feed is held.
    static Remote open(PeerNetwork network, NodeId node) throws IOException {
        Channel channel = network.open(node, ChannelType.VERIFY, CONNECT);
        try {
            return new Remote(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    NodeId node() {
        return channel.remote();
    }

    /// The last transaction its server has or is being given.
    long begun() {
        return begun;
    }

    Definitions goOnTo(long seq) throws IOException {
        channel.readTimeout(VerifyDoor.CATCHING_UP.plus(SCHEMA));
        out.writeByte(Wire.GO_ON);
        out.writeLong(seq);
        out.flush();
        Wire.expectYes(in);
        return Wire.readDefinitions(in);
    }

    Sum sum(TableName table, Deadline deadline) throws IOException {
        channel.readTimeout(deadline.left().plus(SCHEMA));
        Wire.writeTable(out, table);
        Wire.expectYes(in);
        return Wire.readSum(in);
    }

    /// Tells it that it is to be rebuilt.
    void differs(String reason) throws IOException {
        out.writeByte(Wire.DIFFERS);
        Wire.writeText(out, reason);
        out.flush();
        Wire.expectYes(in);
    }

    @Override
    public void close() {
        channel.close();
    }
}
