package io.flotilla.consensus.rpc;

import com.google.protobuf.Message;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;

/// One message on the wire: `length 4 | kind 1 | call 8 | protobuf`, the length counting what follows it.
///
/// @param call ties an answer to its request
record Frame(MessageKind kind, long call, Message message) {
    /// The longest message that is believed. An entry may be as long as [io.flotilla.consensus.ConsensusConfig] allows,
    /// and travels alone when it is longer than the library's batches.
    static final int MAX_LENGTH = 64 << 20;

    private static final int HEADER = 9;

    /// Its size on the wire.
    int size() {
        return Integer.BYTES + HEADER + message.getSerializedSize();
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(HEADER + message.getSerializedSize());
        out.writeByte(kind.code());
        out.writeLong(call);
        message.writeTo(out);
    }

    static Frame read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < HEADER || length > MAX_LENGTH) {
            throw new ProtocolException("a message of " + length + " bytes");
        }
        MessageKind kind = MessageKind.of(in.readUnsignedByte());
        long call = in.readLong();
        byte[] bytes = in.readNBytes(length - HEADER);
        if (bytes.length < length - HEADER) {
            throw new EOFException("the connection ended inside a message");
        }
        return new Frame(kind, call, kind.parse(bytes));
    }
}
