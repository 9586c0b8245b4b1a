package io.flotilla.provision;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// What a node that needs data asks of another: the first message of a channel.
///
/// @param atLeast the copy must contain this transaction: from there on the asking node's log goes on
/// @param leadersToo whether a leader's data will do, whose clients wait while its files rest
public record SnapshotRequest(long atLeast, boolean leadersToo) {
    private static final int VERSION = 1;

    void write(DataOutputStream out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(atLeast);
        out.writeBoolean(leadersToo);
        out.flush();
    }

    static SnapshotRequest read(DataInputStream in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new SnapshotException("copies in format " + version + "; known is " + VERSION);
        }
        return new SnapshotRequest(in.readLong(), in.readBoolean());
    }
}
