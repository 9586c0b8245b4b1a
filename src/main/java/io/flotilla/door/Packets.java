package io.flotilla.door;

/// Packets of the MySQL protocol: three bytes of length, one of sequence number, and the payload. A payload of
/// [#MOST] bytes or more goes on in the next packet.
final class Packets {
    static final int HEADER = 4;

    /// The longest payload of one packet.
    static final int MOST = 0xff_ffff;

    private Packets() {}

    static byte[] packet(int sequence, byte[] payload) {
        byte[] packet = new byte[HEADER + payload.length];
        packet[0] = (byte) payload.length;
        packet[1] = (byte) (payload.length >> 8);
        packet[2] = (byte) (payload.length >> 16);
        packet[3] = (byte) sequence;
        System.arraycopy(payload, 0, packet, HEADER, payload.length);
        return packet;
    }
}
