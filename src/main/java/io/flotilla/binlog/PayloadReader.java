package io.flotilla.binlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The payload of a small packet, while it is read; whatever is wrong with it is a [ProtocolException].
final class PayloadReader {
    private final byte[] bytes;
    private int at;

    PayloadReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int left() {
        return bytes.length - at;
    }

    int u8() throws ProtocolException {
        return bytes[claim(1)] & 0xff;
    }

    int u16() throws ProtocolException {
        return LittleEndian.u16(bytes, claim(2));
    }

    long u32() throws ProtocolException {
        return LittleEndian.u32(bytes, claim(4));
    }

    void skip(int count) throws ProtocolException {
        claim(count);
    }

    byte[] raw(int count) throws ProtocolException {
        int from = claim(count);
        return Arrays.copyOfRange(bytes, from, from + count);
    }

    /// A text up to a zero.
    String terminated() throws ProtocolException {
        int end = at;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        if (end == bytes.length) {
            throw new ProtocolException("a text in a packet does not end");
        }
        String text = new String(bytes, at, end - at, StandardCharsets.UTF_8);
        at = end + 1;
        return text;
    }

    /// A text up to the end of the packet.
    String rest() {
        String text = new String(bytes, at, left(), StandardCharsets.UTF_8);
        at = bytes.length;
        return text;
    }

    private int claim(int count) throws ProtocolException {
        if (count < 0 || count > left()) {
            throw new ProtocolException("a packet of " + bytes.length + " bytes ends too early");
        }
        int from = at;
        at += count;
        return from;
    }
}
