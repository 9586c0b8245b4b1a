package io.flotilla.door;

import java.io.IOException;

/// One packet of a login.
record Packet(int sequence, byte[] payload) {
    /// Connection attributes may be 64 KiB; nothing else in a login is long.
    static final int MOST_IN_LOGIN = 128 << 10;

    private static final int OK = 0x00;
    private static final int MORE = 0x01;
    private static final int ERROR = 0xff;

    /// After "more" and this byte alone the server goes on by itself (caching_sha2_password: the fast way worked).
    private static final int FAST = 0x03;

    static Packet read(Endpoint from) throws IOException, RefusedException {
        byte[] header = Channels.read(from, Packets.HEADER);
        int length = header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
        if (length > MOST_IN_LOGIN) {
            throw new RefusedException(Refusal.handshake("a packet of " + length + " bytes"));
        }
        return new Packet(header[3] & 0xff, Channels.read(from, length));
    }

    void send(Endpoint to) throws IOException {
        Channels.write(to, Packets.packet(sequence, payload));
    }

    /// The same, as the other side counts.
    Packet shifted(int by) {
        return new Packet(sequence + by & 0xff, payload);
    }

    Packet with(byte[] other) {
        return new Packet(sequence, other);
    }

    boolean isOk() {
        return payload.length > 0 && payload[0] == OK;
    }

    boolean isError() {
        return payload.length > 0 && (payload[0] & 0xff) == ERROR;
    }

    /// Whether the client is to answer it.
    boolean wantsAnswer() {
        return !(payload.length == 2 && payload[0] == MORE && payload[1] == FAST);
    }
}
