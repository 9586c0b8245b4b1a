package io.flotilla.ddl;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A QUERY event: a statement with what it needs of its session (`Query_log_event` in MariaDB's `sql/log_event.cc`).
///
/// @param database the default database; empty when there is none
/// @param text the statement, read as UTF-8, or as Latin-1 when it is not UTF-8
/// @param sqlMode the session's `sql_mode` bits
/// @param bytewise whether ASCII characters in the text are what they seem: in some character sets the second byte of a
///     letter may be a quote or a backslash
record QueryEvent(String database, String text, long sqlMode, boolean bytewise) {
    static final long ANSI_QUOTES = 4;
    static final long NO_BACKSLASH_ESCAPES = 1 << 20;

    private static final int HEADER_BYTES = 19;
    private static final int CRC_BYTES = 4;
    private static final int TYPE_OFFSET = 4;
    private static final int LENGTH_OFFSET = 9;
    private static final int QUERY = 2;

    /// Of the body: thread u4, seconds u4, length of the database's name u1, error u2, length of the variables u2.
    private static final int POST_HEADER_BYTES = 13;

    /// The first QUERY event of a transaction; empty when it is not whole within these bytes, or there is none.
    static Optional<QueryEvent> firstIn(byte[] events) {
        ByteBuffer buffer = ByteBuffer.wrap(events).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (events.length - at >= HEADER_BYTES + CRC_BYTES) {
            int length = buffer.getInt(at + LENGTH_OFFSET);
            if (length < HEADER_BYTES + CRC_BYTES || length > events.length - at) {
                return Optional.empty();
            }
            if ((events[at + TYPE_OFFSET] & 0xff) == QUERY) {
                int body = at + HEADER_BYTES;
                return read(
                        buffer.slice(body, length - HEADER_BYTES - CRC_BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN));
            }
            at += length;
        }
        return Optional.empty();
    }

    private static Optional<QueryEvent> read(ByteBuffer body) {
        try {
            body.position(8);
            int databaseBytes = body.get() & 0xff;
            body.getShort();
            int variableBytes = body.getShort() & 0xffff;
            StatusVariables variables =
                    StatusVariables.read(
                            body.slice(POST_HEADER_BYTES, variableBytes)
                                    .order(ByteOrder.LITTLE_ENDIAN));
            body.position(POST_HEADER_BYTES + variableBytes);
            byte[] database = bytes(body, databaseBytes);
            body.get();
            byte[] text = bytes(body, body.remaining());
            return Optional.of(
                    new QueryEvent(
                            decode(database),
                            decode(text),
                            variables.sqlMode(),
                            variables.bytewise() || ascii(text)));
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            // lengths that contradict each other: not an event we know how to read, and the caller
            // is told so
            return Optional.empty();
        }
    }

    private static byte[] bytes(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    private static boolean ascii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
