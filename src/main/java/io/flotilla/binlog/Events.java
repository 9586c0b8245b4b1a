package io.flotilla.binlog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// The words of the event stream: type numbers, flags and offsets, as in MariaDB's `sql/log_event.h`.
final class Events {
    static final int HEADER_BYTES = 19;
    static final int CRC_BYTES = 4;

    /// No event is smaller: a header and its checksum.
    static final int MIN_BYTES = HEADER_BYTES + CRC_BYTES;

    /// No event is larger: a server's packets end at 1 GiB (`max_allowed_packet`), its events a little above.
    static final int MAX_BYTES = (1 << 30) + (1 << 20);

    static final int QUERY = 2;
    static final int STOP = 3;
    static final int ROTATE = 4;
    static final int INTVAR = 5;
    static final int RAND = 13;
    static final int USER_VAR = 14;
    static final int FORMAT_DESCRIPTION = 15;
    static final int XID = 16;
    static final int TABLE_MAP = 19;
    static final int WRITE_ROWS = 23;
    static final int UPDATE_ROWS = 24;
    static final int DELETE_ROWS = 25;
    static final int INCIDENT = 26;
    static final int HEARTBEAT = 27;
    static final int XA_PREPARE = 38;
    static final int ANNOTATE_ROWS = 160;
    static final int BINLOG_CHECKPOINT = 161;
    static final int GTID = 162;
    static final int GTID_LIST = 163;
    static final int START_ENCRYPTION = 164;

    static final int TYPE_OFFSET = 4;
    static final int SERVER_ID_OFFSET = 5;
    static final int LENGTH_OFFSET = 9;
    static final int END_LOG_POS_OFFSET = 13;
    static final int FLAGS_OFFSET = 17;

    /// The event is made for the stream and lies in no file.
    static final int FLAG_ARTIFICIAL = 0x20;

    /// Of a GTID event: seq u8, domain u4, flags u1.
    static final int GTID_SEQ_OFFSET = HEADER_BYTES;

    static final int GTID_DOMAIN_OFFSET = HEADER_BYTES + 8;
    static final int GTID_FLAGS_OFFSET = HEADER_BYTES + 12;
    static final int GTID_MIN_BYTES = HEADER_BYTES + 13 + CRC_BYTES;

    /// Of a rows event: table id u6, then flags u2.
    static final int ROWS_FLAGS_OFFSET = HEADER_BYTES + 6;

    static final int ROWS_MIN_BYTES = ROWS_FLAGS_OFFSET + 2 + CRC_BYTES;

    /// Of a ROTATE event: position u8, then the file's name up to the checksum.
    static final int ROTATE_POSITION_OFFSET = HEADER_BYTES;

    static final int ROTATE_NAME_OFFSET = HEADER_BYTES + 8;

    /// Of a FORMAT_DESCRIPTION event: version u2, server version 50 bytes, created u4; the last byte before the
    /// checksum says what checksum the events have.
    static final int FORMAT_CREATED_OFFSET = HEADER_BYTES + 2 + 50;

    static final int FORMAT_MIN_BYTES = FORMAT_CREATED_OFFSET + 4 + 1 + 1 + CRC_BYTES;
    static final int CHECKSUM_CRC32 = 1;

    /// The name of a binlog file is shorter (`FN_REFLEN`).
    static final int MAX_FILE_NAME = 512;

    private static final byte[] COMMIT = {0, 'C', 'O', 'M', 'M', 'I', 'T'};
    private static final byte[] ROLLBACK = {0, 'R', 'O', 'L', 'L', 'B', 'A', 'C', 'K'};

    private Events() {}

    /// Of the event that begins here.
    static int type(byte[] bytes, int at) {
        return bytes[at + TYPE_OFFSET] & 0xff;
    }

    /// Of the event that begins here, in bytes, with its checksum; known to be one that fits.
    static int length(byte[] bytes, int at) {
        return (int) LittleEndian.u32(bytes, at + LENGTH_OFFSET);
    }

    /// Whether it is one of the rows events that MariaDB writes, uncompressed.
    static boolean isRows(int type) {
        return type == WRITE_ROWS || type == UPDATE_ROWS || type == DELETE_ROWS;
    }

    /// Whether more must follow in a group without a terminating event (`Log_event::is_part_of_group`).
    static boolean isPartOfGroup(int type) {
        return switch (type) {
            case GTID, INTVAR, RAND, USER_VAR, TABLE_MAP, ANNOTATE_ROWS -> true;
            default -> false;
        };
    }

    /// Whether a QUERY event says COMMIT or ROLLBACK (`Query_log_event::peek_is_commit_rollback`): its text is the last
    /// thing before the checksum, behind the zero that ends the name of the database.
    static boolean isCommitOrRollback(ByteBuffer buffer, int at, int length) {
        int end = at + length - CRC_BYTES;
        return endsWith(buffer, at, end, COMMIT) || endsWith(buffer, at, end, ROLLBACK);
    }

    private static boolean endsWith(ByteBuffer buffer, int at, int end, byte[] word) {
        if (end - at < HEADER_BYTES + word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (buffer.get(end - word.length + i) != word[i]) {
                return false;
            }
        }
        return true;
    }

    /// Refuses a FORMAT_DESCRIPTION event that is malformed or announces events without CRC32.
    static void checkFormat(byte[] event) throws ProtocolException {
        if (event.length < FORMAT_MIN_BYTES
                || type(event, 0) != FORMAT_DESCRIPTION
                || LittleEndian.u32(event, LENGTH_OFFSET) != event.length) {
            throw new ProtocolException("not a FORMAT_DESCRIPTION event");
        }
        int algorithm = event[event.length - CRC_BYTES - 1];
        if (algorithm != CHECKSUM_CRC32) {
            throw new ProtocolException("binlog_checksum must be CRC32, is algorithm " + algorithm);
        }
    }

    /// Writes the checksum of a whole event into its last bytes.
    static void seal(byte[] event) {
        CRC32 crc = new CRC32();
        crc.update(event, 0, event.length - CRC_BYTES);
        LittleEndian.put32(event, event.length - CRC_BYTES, crc.getValue());
    }

    /// A header with everything zero but type, server id and length; the checksum is still to be sealed.
    static byte[] blank(int type, long serverId, int bodyBytes) {
        byte[] event = new byte[MIN_BYTES + bodyBytes];
        event[TYPE_OFFSET] = (byte) type;
        LittleEndian.put32(event, SERVER_ID_OFFSET, serverId);
        LittleEndian.put32(event, LENGTH_OFFSET, event.length);
        return event;
    }
}
