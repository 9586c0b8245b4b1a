package io.flotilla.verify;

import io.flotilla.failure.Deadline;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.verify.FollowingServer.Held;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a follower lets itself be compared with the leader.
///
/// INVARIANT: the feed is held no longer than [#MEETING] and the reading of the schema, whatever becomes of the leader:
/// the end of the channel, its silence and every failure release it.
public final class VerifyDoor {
    /// How long the leader may take from the hold to its snapshot.
    static final Duration MEETING = Duration.ofSeconds(10);

    /// How long the server may take to apply what was committed when the leader asked. One that is further behind is not
    /// compared.
    static final Duration CATCHING_UP = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(VerifyDoor.class);

    private final FollowingServer server;

    private VerifyDoor(FollowingServer server) {
        this.server = server;
    }

    /// Lets others compare this node from now on.
    public static void serve(PeerNetwork network, FollowingServer server) {
        VerifyDoor door = new VerifyDoor(server);
        network.serve(ChannelType.VERIFY, door::converse);
    }

    private void converse(Channel channel) throws IOException, InterruptedException {
        try (channel) {
            channel.readTimeout(MEETING);
            DataInputStream in = new DataInputStream(new BufferedInputStream(channel.in()));
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(channel.out()));
            @Nullable Snapshot snapshot = meet(in, out);
            if (snapshot != null) {
                try (snapshot) {
                    channel.readTimeout(Verification.MOST);
                    answer(in, out, snapshot);
                }
            }
        } catch (EOFException e) {
            LOG.debug("the comparison with node {} is over", channel.remote(), e);
        }
    }

    /// @return null when it does not come to a snapshot
    private @Nullable Snapshot meet(DataInputStream in, DataOutputStream out)
            throws IOException, InterruptedException {
        try (Held held = server.hold()) {
            out.writeByte(Wire.OK);
            out.writeLong(held.begun());
            out.flush();
            int next = in.readUnsignedByte();
            if (next == Wire.DIFFERS) {
                server.differs(Wire.readText(in));
                out.writeByte(Wire.OK);
                out.flush();
                return null;
            }
            if (next != Wire.GO_ON) {
                throw new IOException("not what follows a hold");
            }
            long seq = in.readLong();
            if (!held.goOnTo(seq, CATCHING_UP)) {
                Wire.refuse(
                        out,
                        "its server did not apply transaction "
                                + seq
                                + " within "
                                + CATCHING_UP.toSeconds()
                                + " s");
                return null;
            }
            return at(seq, held, out);
        } catch (VerifyException | SQLException e) {
            Wire.refuse(out, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Snapshot at(long seq, Held held, DataOutputStream out)
            throws IOException, SQLException {
        Snapshot snapshot = Snapshot.open(held.connect());
        boolean told = false;
        try (Connection connection = held.connect()) {
            Definitions definitions = Definitions.read(connection, snapshot);
            if (snapshot.appliedSeq() != seq) {
                throw new VerifyException(
                        "its server is at transaction " + snapshot.appliedSeq() + ", not " + seq);
            }
            Wire.writeDefinitions(out, definitions);
            told = true;
            return snapshot;
        } finally {
            if (!told) {
                snapshot.close();
            }
        }
    }

    private void answer(DataInputStream in, DataOutputStream out, Snapshot snapshot)
            throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(Verification.MOST);
        while (!deadline.over()) {
            switch (in.readUnsignedByte()) {
                case Wire.SUM -> {
                    try {
                        Wire.writeSum(out, snapshot.sum(Wire.readTable(in), deadline));
                    } catch (VerifyException e) {
                        Wire.refuse(out, Optional.ofNullable(e.getMessage()).orElse("no reason"));
                    }
                }
                default -> throw new IOException("not a question of a comparison");
            }
        }
    }
}
