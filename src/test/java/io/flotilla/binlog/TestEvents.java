package io.flotilla.binlog;

import java.nio.charset.StandardCharsets;

/// Events made by hand; what real ones look like is in [RecordedStreamTest].
final class TestEvents {
    private TestEvents() {}

    static byte[] format() {
        byte[] version = "11.4.5-MariaDB-log".getBytes(StandardCharsets.US_ASCII);
        int lengths = 171;
        byte[] event = Events.blank(Events.FORMAT_DESCRIPTION, 1, 2 + 50 + 4 + 1 + lengths + 1);
        LittleEndian.put16(event, Events.HEADER_BYTES, 4);
        System.arraycopy(version, 0, event, Events.HEADER_BYTES + 2, version.length);
        event[Events.FORMAT_CREATED_OFFSET + 4] = Events.HEADER_BYTES;
        event[event.length - Events.CRC_BYTES - 1] = Events.CHECKSUM_CRC32;
        Events.seal(event);
        return event;
    }

    static byte[] event(int type, int bodyBytes, long endLogPos) {
        byte[] event = Events.blank(type, 1, bodyBytes);
        for (int i = 0; i < bodyBytes; i++) {
            event[Events.HEADER_BYTES + i] = (byte) (i * 31);
        }
        LittleEndian.put32(event, Events.END_LOG_POS_OFFSET, endLogPos);
        Events.seal(event);
        return event;
    }
}
