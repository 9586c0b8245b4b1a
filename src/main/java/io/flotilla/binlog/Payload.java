package io.flotilla.binlog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The payload of a small packet, while it is written.
final class Payload {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Payload u8(int value) {
        bytes.write(value);
        return this;
    }

    Payload u16(int value) {
        return u8(value).u8(value >>> 8);
    }

    Payload u32(long value) {
        return u16((int) value).u16((int) (value >>> 16));
    }

    Payload raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    Payload zeros(int count) {
        return raw(new byte[count]);
    }

    Payload text(String value) {
        return raw(value.getBytes(StandardCharsets.UTF_8));
    }

    /// A text that ends with a zero.
    Payload terminated(String value) {
        return text(value).u8(0);
    }

    /// Bytes behind their count, which fits in one byte.
    Payload counted(byte[] value) {
        if (value.length > 250) {
            throw new IllegalArgumentException("too long for a count of one byte: " + value.length);
        }
        return u8(value.length).raw(value);
    }

    Payload counted(String value) {
        return counted(value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
