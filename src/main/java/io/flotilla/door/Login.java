package io.flotilla.door;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What the doors read and change in the login of a client: abilities in the server's greeting and the client's answer,
/// and the user's name. Passwords never pass in the clear, and are not understood here.
final class Login {
    static final int CLIENT_COMPRESS = 1 << 5;
    static final int CLIENT_PROTOCOL_41 = 1 << 9;
    static final int CLIENT_SSL = 1 << 11;
    static final int CLIENT_ZSTD = 1 << 26;

    /// MariaDB's further abilities, used when the lowest bit (CLIENT_MYSQL) is off: COM_MULTI hides commands in one.
    private static final int CLIENT_MYSQL = 1;

    private static final int MARIADB_COM_MULTI = 1 << 1;

    /// The protocol of the greeting.
    private static final int PROTOCOL = 10;

    /// The client's abilities, the longest packet, a character set, 23 bytes of filling: then TLS begins or a name.
    private static final int FIXED = 32;

    private static final String INTERNAL = "flotilla_";

    private Login() {}

    /// The server's greeting with the abilities this door has.
    ///
    /// @throws RefusedException if it is none: the server's own refusal is passed on by the caller, not by this
    static byte[] greeting(byte[] payload, boolean tls) throws RefusedException {
        byte[] greeting = payload.clone();
        int at = 1;
        while (at < greeting.length && greeting[at] != 0) {
            at++;
        }
        // Version and its end, thread id, first part of the salt and its end.
        int lower = at + 1 + 4 + 8 + 1;
        // Lower abilities, character set, status, upper abilities, length of the salt, filling,
        // further abilities.
        int upper = lower + 2 + 1 + 2;
        int further = upper + 2 + 1 + 6;
        if (greeting.length < further + 4 || greeting[0] != PROTOCOL) {
            throw new RefusedException(
                    Refusal.handshake("the server's greeting is not understood"));
        }
        int abilities = u2(greeting, lower) | u2(greeting, upper) << 16;
        abilities = abilities & ~(CLIENT_COMPRESS | CLIENT_ZSTD | CLIENT_SSL);
        abilities = tls ? abilities | CLIENT_SSL : abilities;
        put2(greeting, lower, abilities);
        put2(greeting, upper, abilities >>> 16);
        if ((abilities & CLIENT_MYSQL) == 0) {
            greeting[further] &= ~MARIADB_COM_MULTI;
        }
        return greeting;
    }

    /// Whether the client asks for TLS instead of naming a user.
    static boolean asksForTls(byte[] payload) {
        return payload.length == FIXED && (u4(payload, 0) & CLIENT_SSL) != 0;
    }

    /// The client's answer as the server may see it.
    ///
    /// @throws RefusedException if it is malformed, of the protocol before 4.1, or names an internal account
    static byte[] answer(byte[] payload) throws RefusedException {
        if (payload.length < FIXED + 1 || (u4(payload, 0) & CLIENT_PROTOCOL_41) == 0) {
            throw new RefusedException(
                    Refusal.handshake("the client does not speak the protocol of 4.1"));
        }
        int abilities = u4(payload, 0);
        if ((abilities & (CLIENT_COMPRESS | CLIENT_ZSTD)) != 0) {
            throw new RefusedException(
                    Refusal.handshake("the client compresses, which was not offered"));
        }
        String user = text(payload, FIXED);
        if (isInternal(user)) {
            throw new RefusedException(Refusal.account(user));
        }
        byte[] answer = payload.clone();
        abilities &= ~CLIENT_SSL;
        put2(answer, 0, abilities);
        put2(answer, 2, abilities >>> 16);
        if ((abilities & CLIENT_MYSQL) == 0) {
            answer[FIXED - 4] &= ~MARIADB_COM_MULTI;
        }
        return answer;
    }

    /// The text up to the next zero byte, or the end.
    static String text(byte[] payload, int from) {
        int end = from;
        while (end < payload.length && payload[end] != 0) {
            end++;
        }
        return from >= payload.length
                ? ""
                : new String(payload, from, end - from, StandardCharsets.UTF_8);
    }

    /// Names of our own accounts, and `root`, which a server of ours does not have. The server takes quotes away from
    /// around a name (sql_acl.cc, parse_client_handshake_packet); spaces, to be on the safe side.
    static boolean isInternal(String user) {
        String name = user.strip();
        while (name.length() > 1
                && name.charAt(0) == '\''
                && name.charAt(name.length() - 1) == '\'') {
            name = name.substring(1, name.length() - 1).strip();
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith(INTERNAL) || lower.equals("root");
    }

    private static int u2(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    private static int u4(byte[] bytes, int at) {
        return u2(bytes, at) | u2(bytes, at + 2) << 16;
    }

    private static void put2(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }
}
