package io.flotilla.sql;

import io.flotilla.engine.ClientSessions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The table of tokens, in the fleet's own database, which no client reaches.
///
/// Of a token it has the SHA-256. That is enough: a token is 256 random bits, so there is nothing to guess, and neither
/// salt nor a slow hash would make finding one any less possible.
///
/// An account that has tokens has a second password, which is an HMAC of its name under the fleet's secret (the one of
/// [KeptTables]): only nodes know it, and only for somebody who shows a token that holds.
final class TokenTable {
    static final String MAKE =
            """
            CREATE TABLE IF NOT EXISTS flotilla.token (
                id BINARY(32) PRIMARY KEY,
                user VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
                host VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
                name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
                created BIGINT NOT NULL,
                expires BIGINT NOT NULL,
                UNIQUE KEY name (user, host, name)
            ) ENGINE=InnoDB
            """;

    static final String ADD =
            "INSERT INTO flotilla.token (id, user, host, name, created, expires)"
                    + " VALUES (UNHEX(?), ?, ?, ?, ?, ?)";

    static final String REMOVE =
            "DELETE FROM flotilla.token WHERE user = ? AND host = ? AND name = ?";

    static final String REMOVE_ALL = "DELETE FROM flotilla.token WHERE user = ? AND host = ?";

    static final String LIST =
            "SELECT name, created, expires FROM flotilla.token WHERE user = ? AND host = ? ORDER BY name";

    private static final String FIND =
            """
            SELECT t.host, s.secret FROM flotilla.token t JOIN flotilla.secret s ON s.id = 1
            WHERE t.id = ? AND t.user = ? AND t.expires > ?
            """;

    static final String LOOK = "DO (SELECT COUNT(*) FROM flotilla.token WHERE id = '')";

    static final int NO_SUCH_TABLE = 1146;

    private static final int DENIED = 1045;
    private static final String HMAC = "HmacSHA256";

    private TokenTable() {}

    /// What the server is shown for a token.
    ///
    /// @throws SQLException with error 1045 if the token is none, or has ended
    static String password(ClientSessions sessions, String user, String secret)
            throws SQLException {
        try (Connection keeper = sessions.keeper();
                PreparedStatement question = keeper.prepareStatement(FIND)) {
            question.setBytes(1, id(secret).bytes());
            question.setString(2, user);
            question.setLong(3, Instant.now().getEpochSecond());
            try (ResultSet row = question.executeQuery()) {
                if (row.next()) {
                    return password(row.getBytes(2), user, row.getString(1));
                }
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE) {
                throw e;
            }
        }
        throw new SQLException("no such token", "28000", DENIED);
    }

    static Hash id(String secret) {
        return Hash.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    /// The second password of an account.
    static String password(byte[] fleetSecret, String user, String host) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(fleetSecret, HMAC));
            String whose = "token login\0" + user + "\0" + host;
            return HexFormat.of().formatHex(mac.doFinal(whose.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
