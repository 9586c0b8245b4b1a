package io.flotilla.consensus;

import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the peers and learners of a configuration entry as bytes: a version, then four lists (peers, old peers,
/// learners, old learners), each a count (-1 for none) and names in the library's notation `host:port[:index[:priority]]`.
final class MembersCodec {
    private static final int VERSION = 1;
    private static final int NONE = -1;

    private MembersCodec() {}

    static byte[] encode(LogEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(VERSION);
            write(out, entry.getPeers());
            write(out, entry.getOldPeers());
            write(out, entry.getLearners());
            write(out, entry.getOldLearners());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /// @throws IllegalStateException if these are not bytes of this codec: the log is checked before, so this is an entry
    ///     of a newer version
    static void decode(byte[] payload, LogEntry into) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
        try {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "members in format " + version + "; known is " + VERSION);
            }
            into.setPeers(read(in));
            into.setOldPeers(read(in));
            into.setLearners(read(in));
            into.setOldLearners(read(in));
        } catch (IOException e) {
            throw new IllegalStateException("members that end early", e);
        }
    }

    private static void write(DataOutputStream out, @Nullable List<PeerId> peers)
            throws IOException {
        if (peers == null) {
            out.writeInt(NONE);
            return;
        }
        out.writeInt(peers.size());
        for (PeerId peer : peers) {
            out.writeUTF(peer.toString());
        }
    }

    private static @Nullable List<PeerId> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count == NONE) {
            return null;
        }
        if (count < 0) {
            throw new IllegalStateException(count + " members");
        }
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(parse(in.readUTF()));
        }
        return peers;
    }

    private static PeerId parse(String name) {
        PeerId peer = new PeerId();
        if (!peer.parse(name)) {
            throw new IllegalStateException("a member named " + name);
        }
        return peer;
    }
}
