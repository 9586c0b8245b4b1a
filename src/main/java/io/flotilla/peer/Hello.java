package io.flotilla.peer;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// The first message on every connection between nodes, sent by the one that opened it.
///
/// `magic 8 | version 2 | length 2 | type 1 | from 4 | to 4 | incarnation 16 | fleet length 1 | fleet`, big-endian.
/// Magic, version and length keep their places in every version, so that any two versions can refuse each other politely.
record Hello(ChannelType type, NodeId from, NodeId to, UUID incarnation, String fleet) {
    static final int VERSION = 1;
    static final int MAX_FLEET_BYTES = 128;

    private static final long MAGIC =
            ByteBuffer.wrap("FLOTILLA".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int PREFIX = 12;

    /// How every TLS connection begins: a record of the type handshake, version 3.
    private static final short TLS_HANDSHAKE = 0x1603;

    private static final int FIXED = 26;
    private static final int MAX_BODY = FIXED + MAX_FLEET_BYTES;

    void send(Wire wire) throws IOException {
        byte[] name = fleet.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(PREFIX + FIXED + name.length);
        bytes.putLong(MAGIC).putShort((short) VERSION).putShort((short) (FIXED + name.length));
        bytes.put((byte) type.code()).putInt(from.number()).putInt(to.number());
        bytes.putLong(incarnation.getMostSignificantBits());
        bytes.putLong(incarnation.getLeastSignificantBits());
        bytes.put((byte) name.length).put(name);
        wire.out().write(bytes.array());
    }

    /// @throws PeerRefusedException if it is a hello, but not one of ours
    /// @throws ProtocolException if it is none
    static Hello receive(Wire wire, long deadline) throws IOException {
        ByteBuffer prefix = ByteBuffer.wrap(Sockets.read(wire, PREFIX, deadline));
        if (prefix.getShort(0) == TLS_HANDSHAKE) {
            throw new PeerRefusedException(
                    "a connection begins with TLS, which this node does not speak: tls.certificate"
                            + " must be set on all nodes of a fleet or on none");
        }
        if (prefix.getLong() != MAGIC) {
            throw new ProtocolException("not a node of Flotilla");
        }
        int version = Short.toUnsignedInt(prefix.getShort());
        if (version != VERSION) {
            throw new PeerRefusedException(
                    "protocol version " + version + ", this node speaks " + VERSION);
        }
        int length = Short.toUnsignedInt(prefix.getShort());
        if (length < FIXED || length > MAX_BODY) {
            throw new ProtocolException("a hello of " + length + " bytes");
        }
        return parse(ByteBuffer.wrap(Sockets.read(wire, length, deadline)));
    }

    private static Hello parse(ByteBuffer body) throws IOException {
        int code = Byte.toUnsignedInt(body.get());
        NodeId from = node(body.getInt());
        NodeId to = node(body.getInt());
        UUID incarnation = new UUID(body.getLong(), body.getLong());
        byte[] name = new byte[Byte.toUnsignedInt(body.get())];
        if (name.length != body.remaining()) {
            throw new ProtocolException("a hello whose lengths disagree");
        }
        body.get(name);
        ChannelType type =
                ChannelType.of(code)
                        .orElseThrow(() ->
                                new PeerRefusedException("a channel of the unknown type " + code));
        return new Hello(type, from, to, incarnation, new String(name, StandardCharsets.UTF_8));
    }

    static NodeId node(int number) throws ProtocolException {
        if (number < 1 || number > NodeId.MAX) {
            throw new ProtocolException("node number " + number);
        }
        return new NodeId(number);
    }
}
