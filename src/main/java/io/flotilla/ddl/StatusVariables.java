package io.flotilla.ddl;

import java.nio.ByteBuffer;
import java.util.Set;

/// What a QUERY event says of its session, as far as it matters for reading the text (`Query_log_event::Query_log_event`
/// in MariaDB's `sql/log_event.cc`, codes in `sql/log_event.h`).
///
/// @param sqlMode the session's `sql_mode` bits; 0 when the event does not say
/// @param bytewise false when the client's character set has letters whose second byte looks like ASCII, or is unknown
record StatusVariables(long sqlMode, boolean bytewise) {
    private static final int FLAGS2 = 0;
    private static final int SQL_MODE = 1;
    private static final int CATALOG = 2;
    private static final int AUTO_INCREMENT = 3;
    private static final int CHARSET = 4;
    private static final int CATALOG_WITHOUT_ZERO = 6;

    /// Added to a collation's id, it gives the id of its sister without padding.
    private static final int NO_PAD = 1024;

    /// Collation ids of big5, sjis, gbk and cp932, the server's only client character sets of that kind.
    private static final Set<Integer> DECEPTIVE = Set.of(1, 84, 13, 88, 28, 87, 95, 96);

    static StatusVariables read(ByteBuffer in) {
        long sqlMode = 0;
        while (in.hasRemaining()) {
            switch (in.get() & 0xff) {
                case FLAGS2, AUTO_INCREMENT -> in.getInt();
                case SQL_MODE -> sqlMode = in.getLong();
                case CATALOG -> {
                    // MariaDB before 10.0 wrote it; with its length before and a zero behind
                    int length = in.get() & 0xff;
                    in.position(in.position() + length + 1);
                }
                case CATALOG_WITHOUT_ZERO -> {
                    int length = in.get() & 0xff;
                    in.position(in.position() + length);
                }
                case CHARSET -> {
                    return new StatusVariables(sqlMode, bytewise(in.getShort() & 0xffff));
                }
                // nothing of interest stands before the character set, so something new does
                default -> {
                    return new StatusVariables(sqlMode, false);
                }
            }
        }
        return new StatusVariables(sqlMode, false);
    }

    private static boolean bytewise(int clientCollation) {
        return !DECEPTIVE.contains(clientCollation & ~NO_PAD);
    }
}
