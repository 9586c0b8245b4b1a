package io.flotilla.ddl;

import io.flotilla.binlog.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/// The name of an XA transaction, in the form MariaDB writes into its binlog: `X'..',X'..',1`.
final class Xid {
    /// Where a GTID event has its flags, and behind them (`Gtid_log_event` in MariaDB's `sql/log_event.cc`): a commit id
    /// u8 if the flag says so, then format u4, length of the first part u1, of the second u1, both parts.
    private static final int FLAGS_OFFSET = 19 + 8 + 4;

    private static final int GROUP_COMMIT_ID = 2;
    private static final int COMMIT_ID_BYTES = 8;

    private Xid() {}

    /// The XA transaction that a GTID event names.
    ///
    /// @param first the first slice of a transaction that has one of the XA flags
    static String of(Slice first) {
        ByteBuffer in = ByteBuffer.wrap(first.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        in.position(FLAGS_OFFSET);
        if ((in.get() & GROUP_COMMIT_ID) != 0) {
            in.position(in.position() + COMMIT_ID_BYTES);
        }
        long format = in.getInt() & 0xffff_ffffL;
        int global = in.get() & 0xff;
        int branch = in.get() & 0xff;
        byte[] parts = new byte[global + branch];
        in.get(parts);
        return text(format, global, parts);
    }

    /// @param global length of the first part
    /// @param parts both parts
    static String text(long format, int global, byte[] parts) {
        HexFormat hex = HexFormat.of();
        return "X'%s',X'%s',%d"
                .formatted(
                        hex.formatHex(parts, 0, global),
                        hex.formatHex(parts, global, parts.length),
                        format);
    }
}
