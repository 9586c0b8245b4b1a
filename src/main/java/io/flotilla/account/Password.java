package io.flotilla.account;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// A password, of which only the hash is kept: that is what is written in statements, binlog and log.
///
/// The hash is the server's `mysql_native_password`, which every client of MySQL and MariaDB knows: SHA-1 twice, without
/// salt. So a short password can be found from it; hence the least length. (`ed25519` is a plugin that the packaged server
/// does not load.)
public final class Password {
    public static final int MIN_LENGTH = 8;

    /// No client has a reason for more, and old ones cut it.
    public static final int MAX_LENGTH = 128;

    private final String hash;

    private Password(String hash) {
        this.hash = hash;
    }

    /// @throws FlotillaException `BadRequest` if it is too short, too long, or holds what cannot be typed; the message does
    ///     not repeat it
    public static Password of(String text) {
        int length = text.codePointCount(0, text.length());
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "a password has " + MIN_LENGTH + " to " + MAX_LENGTH + " characters");
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "a password holds no control characters");
        }
        byte[] once = sha1(text.getBytes(StandardCharsets.UTF_8));
        return new Password("*" + HexFormat.of().formatHex(sha1(once)).toUpperCase(Locale.ROOT));
    }

    /// No password at all: only for a fleet that nobody reaches from another machine.
    static Password none() {
        return new Password("");
    }

    String hash() {
        return hash;
    }

    /// Says nothing: it may end up in a log.
    @Override
    public String toString() {
        return "(a password)";
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
