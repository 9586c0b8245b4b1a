package io.flotilla.binlog;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client of a feed that says what a test wants it to say.
final class RawReplica implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    RawReplica(FeedAddress address) throws IOException {
        socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
    }

    /// Connects and logs in.
    static RawReplica of(FeedAddress address) throws IOException {
        RawReplica replica = new RawReplica(address);
        byte[] verdict = replica.logIn(address.user(), address.password());
        if (verdict[0] != PacketHeader.OK) {
            throw PacketHeader.refused(verdict);
        }
        return replica;
    }

    byte[] logIn(String user, String password) throws IOException {
        byte[] greeting = read();
        PayloadReader reader = new PayloadReader(greeting);
        reader.skip(1);
        reader.terminated();
        reader.skip(4);
        byte[] nonce = new byte[NativePassword.NONCE_BYTES];
        System.arraycopy(reader.raw(8), 0, nonce, 0, 8);
        reader.skip(19);
        System.arraycopy(reader.raw(12), 0, nonce, 8, 12);
        write(
                1,
                new Payload()
                        .u32(
                                Capability.PROTOCOL_41
                                        | Capability.SECURE_CONNECTION
                                        | Capability.PLUGIN_AUTH)
                        .u32(1 << 24)
                        .u8(33)
                        .zeros(23)
                        .terminated(user)
                        .counted(NativePassword.answer(password, nonce))
                        .terminated(NativePassword.PLUGIN)
                        .toBytes());
        return read();
    }

    /// Sends a query, and gives the first packet of the answer.
    byte[] query(String sql) throws IOException {
        write(0, new Payload().u8(3).text(sql).toBytes());
        return read();
    }

    /// Says what a replica says before its dump command, and that.
    void dump(String position) throws IOException {
        query("SET @master_heartbeat_period=100000000");
        query("SET @master_binlog_checksum=@@global.binlog_checksum");
        query("SET @slave_connect_state='" + position + "'");
        write(0, new Payload().u8(0x12).u32(4).u16(0).u32(77).toBytes());
    }

    void write(int sequence, byte[] payload) throws IOException {
        raw(new Payload().u32(payload.length | (long) sequence << 24).raw(payload).toBytes());
    }

    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// Says this, then nothing more, and hears what the feed answers until it ends the connection.
    void rawToEnd(byte[] bytes) throws IOException {
        raw(bytes);
        socket.shutdownOutput();
        readToEnd();
    }

    byte[] read() throws IOException {
        byte[] header = exactly(PacketHeader.BYTES);
        return exactly(LittleEndian.u24(header, 0));
    }

    /// Reads what comes until the feed ends the connection.
    void readToEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the feed closed the connection");
        }
        return bytes;
    }

    static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
