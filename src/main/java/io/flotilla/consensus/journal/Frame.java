package io.flotilla.consensus.journal;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The bytes of one record in a segment.
///
/// ```
///  0 int  CRC32C of everything from offset 4 to the end of the payload
///  4 int  payload length
///  8 int  CRC of the record before: the chain
/// 12 int  marker (24 bits) and record type
/// 16 long index
/// 24 long term
/// 32 int  how many records of the same batch come before it
/// 36 int  CRC32C of offsets 4 to 36, mixed with the log's identity
/// 40      payload, then zeros up to a multiple of 8
/// ```
///
/// The record names its predecessor's CRC, so it can be checked alone and still belongs to one history only. The place
/// in the batch tells a torn batch, whose sectors reach the disk in any order, from damage: a later *batch* proves that
/// everything before it had been synced. The header's own CRC tells a changed length from a missing payload.
///
/// @param payloadLength bytes of payload
/// @param batchFirst index of the first record of its batch
record Frame(
        int crc,
        int payloadLength,
        int previousCrc,
        byte type,
        long index,
        long term,
        long batchFirst) {
    static final int HEADER = 40;
    static final int ALIGN = 8;
    private static final int HEADER_CRC = 36;
    private static final int MARKER = 0x464c5400; // FLT, type
    private static final int MARKER_MASK = 0xffffff00;

    static int tag(UUID logId) {
        return logId.hashCode();
    }

    /// The bytes a record with such a payload takes up.
    static long size(long payloadLength) {
        return (HEADER + payloadLength + ALIGN - 1) / ALIGN * ALIGN;
    }

    long size() {
        return size(payloadLength);
    }

    /// Writes the header; gives the CRC of header and payload.
    static int putHeader(
            ByteBuffer into, JournalRecord record, int previousCrc, int placeInBatch, int tag) {
        int at = into.position();
        into.putInt(0).putInt(record.payload().length).putInt(previousCrc);
        into.putInt(MARKER | record.type()).putLong(record.index()).putLong(record.term());
        into.putInt(placeInBatch);
        into.putInt(headerCrc(into, at, tag));
        CRC32C crc = new CRC32C();
        crc.update(into.slice(at + 4, HEADER - 4));
        crc.update(record.payload());
        int value = (int) crc.getValue();
        into.putInt(at, value);
        return value;
    }

    /// Whether the header of a record of this log stands at `at`; says nothing about the payload.
    static boolean headerAt(ByteBuffer bytes, int at, int tag) {
        return (bytes.getInt(at + 12) & MARKER_MASK) == MARKER
                && bytes.getInt(at + HEADER_CRC) == headerCrc(bytes, at, tag);
    }

    static Frame at(ByteBuffer bytes, int at) {
        long index = bytes.getLong(at + 16);
        return new Frame(
                bytes.getInt(at),
                bytes.getInt(at + 4),
                bytes.getInt(at + 8),
                (byte) (bytes.getInt(at + 12) & 0x7f),
                index,
                bytes.getLong(at + 24),
                index - bytes.getInt(at + 32));
    }

    /// Whether header and payload at `at`, all of it in `bytes`, are what was written.
    boolean intact(ByteBuffer bytes, int at) {
        CRC32C computed = new CRC32C();
        computed.update(bytes.slice(at + 4, HEADER - 4 + payloadLength));
        return (int) computed.getValue() == crc;
    }

    JournalRecord record(ByteBuffer bytes, int at) {
        byte[] payload = new byte[payloadLength];
        bytes.get(at + HEADER, payload);
        return new JournalRecord(index, term, type, payload);
    }

    private static int headerCrc(ByteBuffer bytes, int at, int tag) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at + 4, HEADER_CRC - 4));
        return (int) crc.getValue() ^ tag;
    }
}
