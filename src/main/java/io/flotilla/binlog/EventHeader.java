package io.flotilla.binlog;

import java.nio.ByteBuffer;

/// The header of an event, checked for a length that can be.
///
/// @param type one of [Events]' numbers, or another
/// @param serverId of the server that wrote the event first
/// @param length of the whole event, header and checksum included
/// @param endLogPos the lower 32 bits of where the event ends in its file; 0 for an event that lies in no file
/// @param flags u2
record EventHeader(int type, long serverId, int length, long endLogPos, int flags) {
    /// @param buffer little-endian, with at least [Events#HEADER_BYTES] bytes from `at` on
    static EventHeader read(ByteBuffer buffer, int at) throws ProtocolException {
        return checked(
                buffer.get(at + Events.TYPE_OFFSET) & 0xff,
                buffer.getInt(at + Events.SERVER_ID_OFFSET) & 0xffff_ffffL,
                buffer.getInt(at + Events.LENGTH_OFFSET),
                buffer.getInt(at + Events.END_LOG_POS_OFFSET) & 0xffff_ffffL,
                buffer.getShort(at + Events.FLAGS_OFFSET) & 0xffff);
    }

    static EventHeader read(byte[] bytes, int at) throws ProtocolException {
        return checked(
                Events.type(bytes, at),
                LittleEndian.u32(bytes, at + Events.SERVER_ID_OFFSET),
                Events.length(bytes, at),
                LittleEndian.u32(bytes, at + Events.END_LOG_POS_OFFSET),
                LittleEndian.u16(bytes, at + Events.FLAGS_OFFSET));
    }

    private static EventHeader checked(
            int type, long serverId, int length, long endLogPos, int flags)
            throws ProtocolException {
        if (length < Events.MIN_BYTES || length > Events.MAX_BYTES) {
            throw new ProtocolException(
                    "event of type " + type + " with an impossible length of " + length);
        }
        return new EventHeader(type, serverId, length, endLogPos, flags);
    }

    boolean artificial() {
        return (flags & Events.FLAG_ARTIFICIAL) != 0;
    }
}
