package io.flotilla.door;

import java.nio.ByteBuffer;

/// Whether a session is in a transaction, as the end of its server's last answer says (SERVER_STATUS_IN_TRANS in an OK or
/// EOF packet). Not thread-safe.
///
/// A guess from the last bytes, not from the first on: the beginning of the packet is found by its length. Where rows of a
/// result look like one, or the packet is not whole, it may be wrong until the next answer; nothing that must hold may
/// depend on it.
final class TransactionFlag {
    /// An OK packet with what is tracked for the session is seldom longer.
    private static final int LOOKED_AT = 512;

    private static final int OK = 0x00;
    private static final int EOF = 0xfe;
    private static final int ERROR = 0xff;

    private static final int EOF_LENGTH = 5;
    private static final int LEAST_OK = 7;
    private static final int LEAST_ERROR = 3;

    /// The answer to COM_STMT_PREPARE of a statement without parameters and columns is an OK packet of this length that
    /// says nothing about a transaction.
    private static final int PREPARED_LENGTH = 12;

    private static final int IN_TRANSACTION = 1;
    private static final int ER_LOCK_DEADLOCK = 1213;

    private boolean set;

    boolean isSet() {
        return set;
    }

    /// @param said some of what the server has sent, from position to limit, up to where it has paused; left as it is
    void read(ByteBuffer said) {
        int end = said.limit();
        int first = Math.max(said.position(), end - LOOKED_AT);
        for (int at = end - Packets.HEADER - LEAST_ERROR; at >= first; at--) {
            int length = end - at - Packets.HEADER;
            if (number(said, at, 3) == length && understood(said, at + Packets.HEADER, length)) {
                return;
            }
        }
    }

    /// @param at where a payload begins that goes to the end
    private boolean understood(ByteBuffer said, int at, int length) {
        return switch (said.get(at) & 0xff) {
            case ERROR -> failed(number(said, at + 1, 2));
            case EOF ->
                    length == EOF_LENGTH
                            ? status(said, at + 3)
                            : length >= LEAST_OK && ok(said, at);
            case OK -> length >= LEAST_OK && (length == PREPARED_LENGTH || ok(said, at));
            default -> false;
        };
    }

    /// Only this error ends a transaction by itself.
    private boolean failed(int errno) {
        set &= errno != ER_LOCK_DEADLOCK;
        return true;
    }

    /// Rows changed, last insert id, status, warnings, and more.
    private boolean ok(ByteBuffer said, int at) {
        int id = at + 1 + width(said, at + 1);
        if (id >= said.limit()) {
            return false;
        }
        int status = id + width(said, id);
        return status + 4 <= said.limit() && status(said, status);
    }

    private boolean status(ByteBuffer said, int at) {
        set = (number(said, at, 2) & IN_TRANSACTION) != 0;
        return true;
    }

    /// Bytes of a number whose length is in its first byte.
    private static int width(ByteBuffer said, int at) {
        return switch (said.get(at) & 0xff) {
            case 0xfc -> 3;
            case 0xfd -> 4;
            case 0xfe -> 9;
            default -> 1;
        };
    }

    private static int number(ByteBuffer said, int at, int bytes) {
        int number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (said.get(at + i) & 0xff) << 8 * i;
        }
        return number;
    }
}
