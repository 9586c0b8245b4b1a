package io.flotilla.consensus.rpc;

import com.google.protobuf.Message;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/// One message on the wire: `length 4 | kind 1 | call 8 | protobuf | CRC32C 4`, the length counting what follows it, the
/// checksum covering what lies between the two.
///
/// The checksum stands in for the library's own (CRC-64 in Java, under the node's lock: with code still cold it holds
/// up heartbeats for an election timeout when an entry is a few megabytes long).
///
/// @param call ties an answer to its request
record Frame(MessageKind kind, long call, Message message) {
    /// The longest message that is believed. An entry may be as long as [io.flotilla.consensus.ConsensusConfig] allows,
    /// and travels alone when it is longer than the library's batches.
    static final int MAX_LENGTH = 64 << 20;

    private static final int HEADER = 9;
    private static final int CHECKSUM = 4;

    /// Its size on the wire.
    int size() {
        return Integer.BYTES + HEADER + message.getSerializedSize() + CHECKSUM;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(size() - Integer.BYTES);
        CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
        checked.write(header());
        message.writeTo(checked);
        out.writeInt((int) checked.getChecksum().getValue());
    }

    private byte[] header() {
        return ByteBuffer.allocate(HEADER).put((byte) kind.code()).putLong(call).array();
    }

    static Frame read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < HEADER + CHECKSUM || length > MAX_LENGTH) {
            throw new ProtocolException("a message of " + length + " bytes");
        }
        byte[] header = in.readNBytes(HEADER);
        byte[] body = in.readNBytes(length - HEADER - CHECKSUM);
        int expected = in.readInt();
        CRC32C actual = new CRC32C();
        actual.update(header);
        actual.update(body);
        if (expected != (int) actual.getValue()) {
            throw new ProtocolException("a message was damaged on its way");
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        MessageKind kind = MessageKind.of(Byte.toUnsignedInt(fields.get()));
        return new Frame(kind, fields.getLong(), kind.parse(body));
    }
}
