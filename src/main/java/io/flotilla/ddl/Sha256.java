package io.flotilla.ddl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// SHA-256 over a list of values, each with its length before it, so that no two lists give the same bytes.
final class Sha256 {
    private static final int NULL = -1;

    private final MessageDigest digest;
    private final ByteBuffer length = ByteBuffer.allocate(4);

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void add(byte @Nullable [] value) {
        length.clear().putInt(value == null ? NULL : value.length).flip();
        digest.update(length);
        if (value != null) {
            digest.update(value);
        }
    }

    void add(String value) {
        add(value.getBytes(StandardCharsets.UTF_8));
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
