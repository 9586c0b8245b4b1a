package io.flotilla.sql;

import io.flotilla.engine.ClientSessions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;

/// As whom statements run: an account of the server and what it is proved with, or the node itself.
///
/// Two are equal when user, password (or token) and address are. They are compared, and looked up, by an HMAC under a key of this
/// process alone: what a lookup's time tells, tells nothing of a password.
public final class Identity {
    /// Whatever account a server is opened with.
    public static final Identity NODE =
            new Identity("", "", false, InetAddress.getLoopbackAddress(), new byte[0]);

    private final String user;
    private final String password;
    private final boolean token;
    private final InetAddress from;
    private final byte[] proof;

    private Identity(String user, String password, boolean token, InetAddress from, byte[] proof) {
        this.user = user;
        this.password = password;
        this.token = token;
        this.from = from;
        this.proof = proof;
    }

    /// @param from the client's address: an account may log in from some addresses only
    public static Identity of(String user, String password, InetAddress from) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("nobody");
        }
        byte[] proof = Proof.of(user, "password " + password, from);
        return new Identity(user, password, false, from, proof);
    }

    /// Somebody who shows a token instead of the password.
    ///
    /// @param secret the token without the user's name
    public static Identity byToken(String user, String secret, InetAddress from) {
        byte[] proof = Proof.of(user, "token " + secret, from);
        return new Identity(user, secret, true, from, proof);
    }

    /// Whether it shows a token.
    public boolean isByToken() {
        return token;
    }

    /// Whether it is the node's own account, which needs no proof.
    public boolean isNode() {
        return user.isEmpty();
    }

    /// The user's name; empty for the node.
    public String user() {
        return user;
    }

    InetAddress from() {
        return from;
    }

    /// Logs in at a server.
    Connection open(DataSource server) throws SQLException {
        if (isNode()) {
            return server.getConnection();
        }
        ClientSessions sessions = server.unwrap(ClientSessions.class);
        String shown = token ? TokenTable.password(sessions, user, password) : password;
        return sessions.open(user, shown, from);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Identity identity && MessageDigest.isEqual(proof, identity.proof);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(proof);
    }

    /// Without the password: it ends up in logs.
    @Override
    public String toString() {
        return isNode() ? "the node" : user + " from " + from.getHostAddress();
    }

    /// The parts of Java for this take 20 ms to get ready, which a node needs only for somebody who shows something.
    private static final class Proof {
        private static final String HMAC = "HmacSHA256";
        private static final SecretKeySpec KEY = key();

        private static SecretKeySpec key() {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            return new SecretKeySpec(random, HMAC);
        }

        static byte[] of(String user, String shown, InetAddress from) {
            try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(KEY);
                mac.update(user.getBytes(StandardCharsets.UTF_8));
                mac.update((byte) 0);
                mac.update((byte) from.getAddress().length);
                mac.update(from.getAddress());
                return mac.doFinal(shown.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + HMAC, e);
            }
        }
    }
}
