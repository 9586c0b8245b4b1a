package io.flotilla.binlog;

import java.io.IOException;
import java.util.Arrays;

/// The replica's side of a connection up to the moment when the server's stream begins.
final class ReplicaLogin {
    /// A server that has nothing to send says so this often; it is also how soon the server notices that a replica has
    /// gone.
    private static final long HEARTBEAT_NANOS = 500_000_000L;

    private static final int COM_QUERY = 0x03;
    private static final int COM_BINLOG_DUMP = 0x12;
    private static final int COM_REGISTER_SLAVE = 0x15;

    /// Of COM_BINLOG_DUMP: end at the end of the binlog instead of waiting there.
    private static final int DUMP_NON_BLOCK = 1;

    /// Of COM_BINLOG_DUMP: send the rows' statements too, as the binlog has them.
    private static final int DUMP_ANNOTATE_ROWS = 2;

    private static final long MAX_PACKET = 1 << 30;
    private static final int UTF8MB4 = 45;

    /// Before a binlog file's first event stand four bytes of magic.
    private static final int FIRST_POSITION = 4;

    private final ServerLink link;
    private final long deadline;

    ReplicaLogin(ServerLink link, long deadline) {
        this.link = link;
        this.deadline = deadline;
    }

    void logIn(String user, String password) throws IOException {
        byte[] greeting = answer();
        byte[] nonce = nonce(greeting);
        long capabilities =
                Capability.LONG_PASSWORD
                        | Capability.LONG_FLAG
                        | Capability.PROTOCOL_41
                        | Capability.TRANSACTIONS
                        | Capability.SECURE_CONNECTION
                        | Capability.PLUGIN_AUTH;
        byte[] response =
                new Payload()
                        .u32(capabilities)
                        .u32(MAX_PACKET)
                        .u8(UTF8MB4)
                        .zeros(23)
                        .terminated(user)
                        .counted(NativePassword.answer(password, nonce))
                        .terminated(NativePassword.PLUGIN)
                        .toBytes();
        link.writePacket(1, response);
        byte[] verdict = answer();
        if (verdict[0] == (byte) PacketHeader.EOF) {
            link.writePacket(3, NativePassword.answer(password, otherNonce(verdict)));
            verdict = answer();
        }
        if (verdict[0] != PacketHeader.OK) {
            throw new ProtocolException("login was answered with " + (verdict[0] & 0xff));
        }
    }

    private static byte[] nonce(byte[] greeting) throws ProtocolException {
        PayloadReader reader = new PayloadReader(greeting);
        int version = reader.u8();
        if (version != 10) {
            throw new ProtocolException("the server speaks protocol version " + version);
        }
        reader.terminated();
        reader.skip(4);
        byte[] head = reader.raw(8);
        // filler, capabilities, charset, status, capabilities, length of the nonce, filler
        reader.skip(1 + 2 + 1 + 2 + 2 + 1 + 10);
        byte[] tail = reader.raw(NativePassword.NONCE_BYTES - head.length);
        byte[] nonce = Arrays.copyOf(head, NativePassword.NONCE_BYTES);
        System.arraycopy(tail, 0, nonce, head.length, tail.length);
        return nonce;
    }

    /// The server wants another way of proving the password than the one we began with.
    private static byte[] otherNonce(byte[] request) throws ProtocolException {
        PayloadReader reader = new PayloadReader(request);
        reader.skip(1);
        String plugin = reader.terminated();
        if (!plugin.equals(NativePassword.PLUGIN)) {
            throw new ProtocolException(
                    "the server asks for "
                            + plugin
                            + "; the account must use "
                            + NativePassword.PLUGIN);
        }
        return reader.raw(NativePassword.NONCE_BYTES);
    }

    /// Asks for the events after a transaction, as a semi-synchronous replica.
    ///
    /// By GTID and never by position: a replica that asks for a position acknowledges all that lies before it.
    void dumpAfter(Gtid after, long replicaId) throws IOException {
        introduce(replicaId);
        command("SET @slave_connect_state='" + after + "'");
        command("SET @slave_gtid_strict_mode=1");
        command("SET @slave_gtid_ignore_duplicates=0");
        command("SET @rpl_semi_sync_slave=1");
        register(replicaId);
        dump(replicaId, DUMP_ANNOTATE_ROWS);
    }

    /// Asks for the events of the first binlog file, as a replica whose reading means nothing to the server, and which
    /// the server lets go at the end of its binlog.
    void dumpStart(long replicaId) throws IOException {
        introduce(replicaId);
        register(replicaId);
        dump(replicaId, DUMP_ANNOTATE_ROWS | DUMP_NON_BLOCK);
    }

    private void introduce(long replicaId) throws IOException {
        if (replicaId <= 0 || replicaId > 0xffff_ffffL) {
            throw new IllegalArgumentException("not a replica's id: " + replicaId);
        }
        command("SET @master_heartbeat_period=" + HEARTBEAT_NANOS);
        command("SET @master_binlog_checksum=@@global.binlog_checksum");
        command("SET @mariadb_slave_capability=4");
    }

    private void register(long replicaId) throws IOException {
        expectOk(
                new Payload()
                        .u8(COM_REGISTER_SLAVE)
                        .u32(replicaId)
                        .zeros(3) // host, user and password, each empty
                        .u16(0) // port
                        .u32(0) // rank
                        .u32(0) // id of the primary
                        .toBytes());
    }

    private void dump(long replicaId, int flags) throws IOException {
        link.writePacket(
                0,
                new Payload()
                        .u8(COM_BINLOG_DUMP)
                        .u32(FIRST_POSITION)
                        .u16(flags)
                        .u32(replicaId)
                        .toBytes());
    }

    private void command(String sql) throws IOException {
        expectOk(new Payload().u8(COM_QUERY).text(sql).toBytes());
    }

    private void expectOk(byte[] command) throws IOException {
        link.writePacket(0, command);
        byte[] answer = answer();
        if (answer[0] != PacketHeader.OK) {
            throw new ProtocolException("a command was answered with " + (answer[0] & 0xff));
        }
    }

    private byte[] answer() throws IOException {
        byte[] answer = link.readPacket(deadline);
        if (answer.length == 0) {
            throw new ProtocolException("an empty answer");
        }
        if (answer[0] == (byte) PacketHeader.ERROR) {
            throw PacketHeader.refused(answer);
        }
        return answer;
    }
}
