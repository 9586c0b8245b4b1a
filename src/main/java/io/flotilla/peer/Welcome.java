package io.flotilla.peer;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/// The answer to a [Hello]: `accepted 1 | node 4 | incarnation 16 | length 2 | reason`.
///
/// @param reason why not; empty when accepted
record Welcome(boolean accepted, NodeId node, UUID incarnation, String reason) {
    private static final int FIXED = 23;
    private static final int MAX_REASON_BYTES = 512;

    static Welcome accept(NodeId self, UUID incarnation) {
        return new Welcome(true, self, incarnation, "");
    }

    static Welcome refuse(NodeId self, UUID incarnation, String reason) {
        return new Welcome(false, self, incarnation, reason);
    }

    void send(Socket socket) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] kept = Arrays.copyOf(text, Math.min(text.length, MAX_REASON_BYTES));
        ByteBuffer bytes = ByteBuffer.allocate(FIXED + kept.length);
        bytes.put((byte) (accepted ? 1 : 0)).putInt(node.number());
        bytes.putLong(incarnation.getMostSignificantBits());
        bytes.putLong(incarnation.getLeastSignificantBits());
        bytes.putShort((short) kept.length).put(kept);
        socket.getOutputStream().write(bytes.array());
    }

    static Welcome receive(Socket socket, long deadline) throws IOException {
        ByteBuffer fixed = ByteBuffer.wrap(Sockets.read(socket, FIXED, deadline));
        boolean accepted = fixed.get() == 1;
        NodeId node = Hello.node(fixed.getInt());
        UUID incarnation = new UUID(fixed.getLong(), fixed.getLong());
        int length = Short.toUnsignedInt(fixed.getShort());
        if (length > MAX_REASON_BYTES) {
            throw new ProtocolException("a refusal of " + length + " bytes");
        }
        byte[] reason = Sockets.read(socket, length, deadline);
        return new Welcome(accepted, node, incarnation, new String(reason, StandardCharsets.UTF_8));
    }
}
