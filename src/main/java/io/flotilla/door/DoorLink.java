package io.flotilla.door;

import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// Sessions at other nodes' servers, over the nodes' one link.
///
/// A channel of the type DOOR begins with what is wanted: `purpose 1 | length of address 1 | address | port 2`; the
/// other node answers `0 | term 8`, `1 | length 2 | why not now`, or `2 | errno 2 | state 5 | length 2 | message`. Then it
/// carries the server's and the client's bytes.
final class DoorLink {
    private static final int ACCEPTED = 0;
    private static final int NOT_NOW = 1;
    private static final int REFUSED = 2;
    private static final int STATE_LENGTH = 5;

    /// Opening a channel within a fleet takes milliseconds; a node that is gone is noticed by the election.
    private static final Duration OPEN = Duration.ofSeconds(2);

    private final PeerNetwork network;

    DoorLink(PeerNetwork network) {
        this.network = network;
    }

    /// What a session is for.
    enum Purpose {
        WRITE(0),
        READ(1);

        private final int code;

        Purpose(int code) {
            this.code = code;
        }

        private static Purpose of(int code) throws IOException {
            for (Purpose purpose : values()) {
                if (purpose.code == code) {
                    return purpose;
                }
            }
            throw new IOException("a door channel for the unknown purpose " + code);
        }
    }

    /// An open channel to another node's server.
    ///
    /// @param term the reign it belongs to; 0 for a session that reads
    record Line(Endpoint endpoint, long term) {}

    /// What the other node is asked for.
    ///
    /// @param client the client's address, for the server
    record Wanted(Purpose purpose, InetSocketAddress client) {}

    /// @throws NotNowException if that node cannot give it at this moment
    /// @throws IOException if it was not reached
    Line open(NodeId to, Wanted wanted, Duration patience) throws IOException, RefusedException {
        Duration shorter = patience.compareTo(OPEN) < 0 ? patience : OPEN;
        if (shorter.toMillis() <= 0) {
            throw new NotNowException("no time is left");
        }
        Channel channel = network.open(to, ChannelType.DOOR, shorter);
        try {
            channel.readTimeout(patience.plus(OPEN));
            ask(new DataOutputStream(channel.out()), wanted);
            long term = answer(new DataInputStream(channel.in()));
            channel.readTimeout(Duration.ZERO);
            return new Line(Endpoint.of(channel), term);
        } catch (IOException | RefusedException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static void ask(DataOutputStream out, Wanted wanted) throws IOException {
        byte[] address = wanted.client().getAddress().getAddress();
        byte[] bytes = new byte[4 + address.length];
        bytes[0] = (byte) wanted.purpose().code;
        bytes[1] = (byte) address.length;
        System.arraycopy(address, 0, bytes, 2, address.length);
        bytes[2 + address.length] = (byte) (wanted.client().getPort() >> 8);
        bytes[3 + address.length] = (byte) wanted.client().getPort();
        out.write(bytes);
    }

    static long answer(DataInputStream in) throws IOException, RefusedException {
        int verdict = in.readUnsignedByte();
        return switch (verdict) {
            case ACCEPTED -> in.readLong();
            case NOT_NOW -> throw new NotNowException(text(in, in.readUnsignedShort()));
            case REFUSED -> {
                int errno = in.readUnsignedShort();
                String state = text(in, STATE_LENGTH);
                throw new RefusedException(
                        new Refusal(errno, state, text(in, in.readUnsignedShort())));
            }
            default -> throw new IOException("the unknown answer " + verdict);
        };
    }

    private static String text(DataInputStream in, int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /// Reads what another node wants.
    static Wanted read(DataInputStream in) throws IOException {
        Purpose purpose = Purpose.of(in.readUnsignedByte());
        int length = in.readUnsignedByte();
        if (length != 4 && length != 16) {
            throw new IOException("a client's address of " + length + " bytes");
        }
        byte[] address = new byte[length];
        in.readFully(address);
        return new Wanted(
                purpose,
                new InetSocketAddress(InetAddress.getByAddress(address), in.readUnsignedShort()));
    }

    static void accept(OutputStream out, long term) throws IOException {
        byte[] bytes = new byte[9];
        bytes[0] = ACCEPTED;
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[1 + i] = (byte) (term >> 8 * (Long.BYTES - 1 - i));
        }
        out.write(bytes);
    }

    static void notNow(OutputStream out, String why) throws IOException {
        out.write(concat(new byte[] {NOT_NOW}, sized(why)));
    }

    static void refuse(OutputStream out, Refusal refusal) throws IOException {
        byte[] head = {REFUSED, (byte) (refusal.errno() >> 8), (byte) refusal.errno()};
        byte[] state = refusal.state().getBytes(StandardCharsets.US_ASCII);
        out.write(concat(concat(head, state), sized(refusal.message())));
    }

    private static byte[] sized(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, 1024);
        return concat(
                new byte[] {(byte) (length >> 8), (byte) length}, Arrays.copyOf(bytes, length));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
