package io.flotilla.door;

/// The first byte of a client's command, as far as the doors know it (MariaDB: include/mysql_com.h).
final class Command {
    static final int QUIT = 0x01;
    static final int INIT_DB = 0x02;
    static final int QUERY = 0x03;
    static final int FIELD_LIST = 0x04;
    static final int STATISTICS = 0x09;
    static final int PROCESS_INFO = 0x0a;
    static final int PROCESS_KILL = 0x0c;
    static final int PING = 0x0e;
    static final int CHANGE_USER = 0x11;
    static final int STMT_PREPARE = 0x16;
    static final int STMT_EXECUTE = 0x17;
    static final int STMT_SEND_LONG_DATA = 0x18;
    static final int STMT_CLOSE = 0x19;
    static final int STMT_RESET = 0x1a;
    static final int SET_OPTION = 0x1b;
    static final int STMT_FETCH = 0x1c;
    static final int RESET_CONNECTION = 0x1f;
    static final int STMT_BULK_EXECUTE = 0xfa;

    /// Bytes of the payload of a [#STMT_CLOSE].
    static final int STMT_CLOSE_LENGTH = 5;

    private Command() {}

    /// Commands that go to the server as they are, whatever is in them. Everything that neither this nor [Commands] names
    /// is refused: replication, shutdown, and what later servers may invent.
    static boolean passes(int command) {
        return switch (command) {
            case QUIT,
                    INIT_DB,
                    FIELD_LIST,
                    STATISTICS,
                    PROCESS_INFO,
                    PING,
                    STMT_EXECUTE,
                    STMT_SEND_LONG_DATA,
                    STMT_CLOSE,
                    STMT_RESET,
                    SET_OPTION,
                    STMT_FETCH,
                    STMT_BULK_EXECUTE ->
                    true;
            default -> false;
        };
    }
}
