package io.flotilla.binlog;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The packets of a server's answers, as far as a replica needs them.
final class FeedAnswers {
    /// A replica takes a server for a MariaDB of at least version 10 by this text.
    private static final String VERSION = "11.4.5-MariaDB-log";

    private static final int UTF8 = 33;
    private static final int AUTOCOMMIT = 2;
    private static final int VAR_STRING = 253;
    private static final int MAX_MESSAGE = 500;

    private final FeedOutput out;

    FeedAnswers(FeedOutput out) {
        this.out = out;
    }

    static byte[] greeting(long session, byte[] nonce) {
        long capabilities =
                Capability.LONG_PASSWORD
                        | Capability.LONG_FLAG
                        | Capability.PROTOCOL_41
                        | Capability.TRANSACTIONS
                        | Capability.SECURE_CONNECTION
                        | Capability.PLUGIN_AUTH;
        return new Payload()
                .u8(10)
                .terminated(VERSION)
                .u32(session)
                .raw(Arrays.copyOf(nonce, 8))
                .u8(0)
                .u16((int) capabilities)
                .u8(UTF8)
                .u16(AUTOCOMMIT)
                .u16((int) (capabilities >>> 16))
                .u8(nonce.length + 1)
                .zeros(10)
                .raw(Arrays.copyOfRange(nonce, 8, nonce.length))
                .u8(0)
                .terminated(NativePassword.PLUGIN)
                .toBytes();
    }

    void done() throws IOException {
        // no rows, no id, status, no warnings
        out.packet(new Payload().u8(PacketHeader.OK).u8(0).u8(0).u16(AUTOCOMMIT).u16(0).toBytes());
    }

    void refuse(int errno, String message) throws IOException {
        String shown = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
        out.packet(
                new Payload()
                        .u8(PacketHeader.ERROR)
                        .u16(errno)
                        .text("#HY000")
                        .text(shown)
                        .toBytes());
    }

    void table(Reply.Table table) throws IOException {
        out.packet(new Payload().u8(table.columns().size()).toBytes());
        for (String column : table.columns()) {
            out.packet(column(column));
        }
        endOfRows();
        if (!table.row().isEmpty()) {
            out.packet(row(table.row()));
        }
        endOfRows();
    }

    private static byte[] column(String name) {
        return new Payload()
                .counted("def")
                .counted("")
                .counted("")
                .counted("")
                .counted(name)
                .counted(name)
                .u8(0x0c)
                .u16(UTF8)
                .u32(255)
                .u8(VAR_STRING)
                .u16(0)
                .u8(0)
                .u16(0)
                .toBytes();
    }

    private static byte[] row(List<String> values) {
        Payload payload = new Payload();
        values.forEach(payload::counted);
        return payload.toBytes();
    }

    private void endOfRows() throws IOException {
        out.packet(new Payload().u8(PacketHeader.EOF).u16(0).u16(AUTOCOMMIT).toBytes());
    }
}
