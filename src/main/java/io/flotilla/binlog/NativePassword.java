package io.flotilla.binlog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// MariaDB's `mysql_native_password`: proves knowledge of a password by
/// `SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password)))`.
final class NativePassword {
    static final String PLUGIN = "mysql_native_password";
    static final int NONCE_BYTES = 20;

    private NativePassword() {}

    /// What the client answers; empty for the empty password.
    static byte[] answer(String password, byte[] nonce) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] once = sha1(password.getBytes(StandardCharsets.UTF_8));
        byte[] mask = sha1(nonce, sha1(once));
        for (int i = 0; i < once.length; i++) {
            once[i] ^= mask[i];
        }
        return once;
    }

    /// Whether the answer is right; takes the same time wherever it differs.
    static boolean matches(String password, byte[] nonce, byte[] answer) {
        return MessageDigest.isEqual(answer(password, nonce), answer);
    }

    private static byte[] sha1(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
