package io.flotilla.peer;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/// The answer to a [Hello]: `verdict 1 | node 4 | incarnation 16 | length 2 | reason`.
///
/// @param reason why not; empty when accepted
record Welcome(Verdict verdict, NodeId node, UUID incarnation, String reason) {
    /// What the node that was called says.
    enum Verdict {
        REFUSED(0),
        ACCEPTED(1),
        /// Refused for the moment, by a node that is starting.
        NOT_YET(2);

        /// The first byte with which a node that speaks TLS answers one that does not.
        private static final int TLS_ALERT = 21;

        private final int code;

        Verdict(int code) {
            this.code = code;
        }

        /// The verdict that stands for a number on the wire; the numbers are never changed, never reused.
        static Verdict of(int code) throws IOException {
            for (Verdict verdict : values()) {
                if (verdict.code == code) {
                    return verdict;
                }
            }
            if (code == TLS_ALERT) {
                throw new PeerRefusedException(
                        "that node speaks TLS, and this one does not: tls.certificate must be set"
                                + " on all nodes of a fleet or on none");
            }
            throw new ProtocolException("the unknown verdict " + code);
        }
    }

    private static final int FIXED = 23;
    private static final int MAX_REASON_BYTES = 512;

    static Welcome accept(NodeId self, UUID incarnation) {
        return new Welcome(Verdict.ACCEPTED, self, incarnation, "");
    }

    static Welcome refuse(NodeId self, UUID incarnation, PeerRefusedException reason) {
        Verdict verdict = reason.soon() ? Verdict.NOT_YET : Verdict.REFUSED;
        return new Welcome(verdict, self, incarnation, String.valueOf(reason.getMessage()));
    }

    void send(Wire wire) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] kept = Arrays.copyOf(text, Math.min(text.length, MAX_REASON_BYTES));
        ByteBuffer bytes = ByteBuffer.allocate(FIXED + kept.length);
        bytes.put((byte) verdict.code).putInt(node.number());
        bytes.putLong(incarnation.getMostSignificantBits());
        bytes.putLong(incarnation.getLeastSignificantBits());
        bytes.putShort((short) kept.length).put(kept);
        wire.out().write(bytes.array());
    }

    static Welcome receive(Wire wire, long deadline) throws IOException {
        Verdict verdict = Verdict.of(Byte.toUnsignedInt(Sockets.read(wire, 1, deadline)[0]));
        ByteBuffer fixed = ByteBuffer.wrap(Sockets.read(wire, FIXED - 1, deadline));
        NodeId node = Hello.node(fixed.getInt());
        UUID incarnation = new UUID(fixed.getLong(), fixed.getLong());
        int length = Short.toUnsignedInt(fixed.getShort());
        if (length > MAX_REASON_BYTES) {
            throw new ProtocolException("a refusal of " + length + " bytes");
        }
        byte[] reason = Sockets.read(wire, length, deadline);
        return new Welcome(verdict, node, incarnation, new String(reason, StandardCharsets.UTF_8));
    }
}
