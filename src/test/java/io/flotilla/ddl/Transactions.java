package io.flotilla.ddl;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Makes gated transactions as a server writes them (checksums are left zero: this package does not look at them).
final class Transactions {
    static final int UTF8MB4 = 45;
    private static final int GTID_EVENT = 162;
    private static final int QUERY_EVENT = 2;

    private Transactions() {}

    static Slice ddl(String sql) {
        return ddl(7, sql);
    }

    static Slice ddl(long seq, String sql) {
        return transaction(
                seq,
                Slice.STANDALONE | Slice.DDL | 8,
                sql.getBytes(StandardCharsets.UTF_8),
                UTF8MB4,
                0);
    }

    static GatedStatement statement(String sql) {
        return GatedStatement.of(ddl(sql));
    }

    static GatedStatement statement(long seq, String sql) {
        return GatedStatement.of(ddl(seq, sql));
    }

    static Slice transaction(long seq, int flags, byte[] sql, int clientCollation, long sqlMode) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(gtidEvent(seq, flags, new byte[6]));
        bytes.writeBytes(queryEvent("app", sql, clientCollation, sqlMode));
        return slice(seq, flags, bytes.toByteArray());
    }

    static Slice xa(long seq, int flags, long format, String global, String branch) {
        ByteBuffer xid =
                ByteBuffer.allocate(6 + global.length() + branch.length())
                        .order(ByteOrder.LITTLE_ENDIAN);
        xid.putInt((int) format).put((byte) global.length()).put((byte) branch.length());
        xid.put(global.getBytes(StandardCharsets.ISO_8859_1))
                .put(branch.getBytes(StandardCharsets.ISO_8859_1));
        return slice(seq, flags, gtidEvent(seq, flags, xid.array()));
    }

    static Slice slice(long seq, int flags, byte[] bytes) {
        return new Slice(
                new Gtid(0, 3, seq), flags, true, true, new BinlogPosition("bin.000001", 4), bytes);
    }

    private static byte[] gtidEvent(long seq, int flags, byte[] rest) {
        ByteBuffer body = ByteBuffer.allocate(13 + rest.length).order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(seq).putInt(0).put((byte) flags).put(rest);
        return event(GTID_EVENT, body.array());
    }

    static byte[] queryEvent(String database, byte[] sql, int clientCollation, long sqlMode) {
        ByteBuffer variables = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        variables.put((byte) 0).putInt(0);
        variables.put((byte) 1).putLong(sqlMode);
        variables.put((byte) 6).put((byte) 3).put("std".getBytes(StandardCharsets.UTF_8));
        variables.put((byte) 3).putShort((short) 1).putShort((short) 1);
        variables
                .put((byte) 4)
                .putShort((short) clientCollation)
                .putShort((short) 45)
                .putShort((short) 45);
        variables.put((byte) 129).putLong(77);
        variables.flip();
        byte[] name = database.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body =
                ByteBuffer.allocate(13 + variables.remaining() + name.length + 1 + sql.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(1)
                .putInt(0)
                .put((byte) name.length)
                .putShort((short) 0)
                .putShort((short) variables.remaining());
        body.put(variables).put(name).put((byte) 0).put(sql);
        return event(QUERY_EVENT, body.array());
    }

    private static byte[] event(int type, byte[] body) {
        ByteBuffer event = ByteBuffer.allocate(19 + body.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        event.putInt(0)
                .put((byte) type)
                .putInt(3)
                .putInt(event.capacity())
                .putInt(0)
                .putShort((short) 0)
                .put(body);
        return event.array();
    }
}
