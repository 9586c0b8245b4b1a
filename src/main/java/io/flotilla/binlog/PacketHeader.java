package io.flotilla.binlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The words of the client/server protocol that both ends share.
final class PacketHeader {
    static final int BYTES = 4;

    /// A packet of this size is followed by another one that continues it, which may be empty.
    static final int MAX_PAYLOAD = 0xff_ffff;

    static final int OK = 0x00;
    static final int EOF = 0xfe;
    static final int ERROR = 0xff;

    private PacketHeader() {}

    /// The size of the payload that follows the header at `at`.
    static int payload(ByteBuffer buffer, int at) {
        return (buffer.getShort(at) & 0xffff) | (buffer.get(at + 2) & 0xff) << 16;
    }

    /// What an error packet says: 0xff, errno u2, optionally `#` and five letters of SQL state, text.
    static RefusedException refused(byte[] payload) {
        int errno = payload.length < 3 ? 0 : LittleEndian.u16(payload, 1);
        int text = payload.length >= 9 && payload[3] == '#' ? 9 : Math.min(3, payload.length);
        return new RefusedException(
                errno, new String(payload, text, payload.length - text, StandardCharsets.UTF_8));
    }
}
