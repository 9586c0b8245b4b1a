package io.flotilla.sql;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256, in lower-case hexadecimal.
record Hash(String hex) {
    /// Hashes a list of parts; their borders count.
    static final class Maker {
        private final MessageDigest digest = sha256();

        Maker add(byte[] part) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            digest.update(part);
            return this;
        }

        Hash make() {
            return new Hash(HexFormat.of().formatHex(digest.digest()));
        }
    }

    /// A hash that was made before.
    static Hash ofHash(byte[] bytes) {
        return new Hash(HexFormat.of().formatHex(bytes));
    }

    /// The plain hash of some bytes.
    static Hash of(byte[]... parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return new Hash(HexFormat.of().formatHex(digest.digest()));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
