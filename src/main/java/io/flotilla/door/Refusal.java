package io.flotilla.door;

import java.nio.charset.StandardCharsets;

/// Why a client is turned away, as an error packet says it.
///
/// @param errno an error number of MariaDB's, which drivers know
/// @param state its SQLSTATE
record Refusal(int errno, String state, String message) {
    private static final int ER_CON_COUNT_ERROR = 1040;
    private static final int ER_HANDSHAKE_ERROR = 1043;
    private static final int ER_ACCESS_DENIED_ERROR = 1045;
    private static final int ER_SERVER_SHUTDOWN = 1053;
    private static final int ER_NET_PACKETS_OUT_OF_ORDER = 1156;
    private static final int ER_SECURE_TRANSPORT_REQUIRED = 3159;
    private static final int ERR = 0xff;

    static Refusal tooMany(String what) {
        return new Refusal(ER_CON_COUNT_ERROR, "08004", "Too many connections: " + what);
    }

    static Refusal handshake(String why) {
        return new Refusal(ER_HANDSHAKE_ERROR, "08S01", "Bad handshake: " + why);
    }

    static Refusal outOfOrder(String why) {
        return new Refusal(
                ER_NET_PACKETS_OUT_OF_ORDER, "08S01", "Got packets out of order: " + why);
    }

    static Refusal account(String user) {
        return new Refusal(
                ER_ACCESS_DENIED_ERROR,
                "28000",
                "Access denied for user '" + user + "': the account is internal");
    }

    static Refusal insecure() {
        return new Refusal(
                ER_SECURE_TRANSPORT_REQUIRED,
                "HY000",
                "Connections using insecure transport are prohibited while sql.tls.required is on");
    }

    /// Drivers take it for a lost connection, which a pool opens again.
    static Refusal unavailable(String why) {
        return new Refusal(ER_SERVER_SHUTDOWN, "08S01", why);
    }

    /// As the first packet on a connection, before the client's abilities are known: with a SQLSTATE, as MySQL 8 does it.
    byte[] insteadOfGreeting() {
        return packet(0);
    }

    byte[] packet(int sequence) {
        return Packets.packet(sequence, payload());
    }

    private byte[] payload() {
        byte[] text = ("#" + state + message).getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[3 + text.length];
        payload[0] = (byte) ERR;
        payload[1] = (byte) errno;
        payload[2] = (byte) (errno >> 8);
        System.arraycopy(text, 0, payload, 3, text.length);
        return payload;
    }
}
