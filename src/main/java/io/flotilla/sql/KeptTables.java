package io.flotilla.sql;

import java.util.HexFormat;
import java.util.List;

/// The tables in which answers are kept, in the fleet's own database, and the procedure by which a client's session puts
/// one there. They are made when the first key comes, by the leader, and reach the other nodes like any write.
///
/// The answer must be kept in the transaction of the write, and so by the session that runs the client's own statements,
/// whose account has no rights on this database. It may only call `keep`, which runs with the rights of its maker, and
/// which believes nobody who cannot prove that he knows a secret only nodes can read. A proof fits one answer only: to
/// see another session's is of no use.
final class KeptTables {
    static final String SECRET = "SELECT secret FROM flotilla.secret WHERE id = 1";

    static final String FIND = "SELECT request, seq, answer FROM flotilla.kept WHERE id = ?";

    static final String BEGIN =
            "INSERT INTO flotilla.kept (id, request, seq, answer) VALUES (?, ?, ?, NULL)";

    static final String FINISH = "UPDATE flotilla.kept SET answer = ? WHERE id = ?";

    static final String FORGET = "DELETE FROM flotilla.kept WHERE id = ?";

    static final String COUNT = "SELECT COUNT(*) FROM flotilla.kept";

    /// Positions before which nothing is kept any more.
    static final String PRUNE = "DELETE FROM flotilla.kept WHERE seq < ? ORDER BY seq LIMIT ?";

    /// In this order: where the secret is, everything is.
    static final List<String> MAKE =
            List.of(
                    """
                    CREATE TABLE IF NOT EXISTS flotilla.kept (
                        id BINARY(32) PRIMARY KEY,
                        request BINARY(32) NOT NULL,
                        seq BIGINT UNSIGNED NOT NULL,
                        answer MEDIUMBLOB,
                        KEY seq (seq)
                    ) ENGINE=InnoDB
                    """,
                    """
                    CREATE TABLE IF NOT EXISTS flotilla.secret (
                        id TINYINT PRIMARY KEY,
                        secret BINARY(32) NOT NULL
                    ) ENGINE=InnoDB
                    """,
                    """
                    CREATE OR REPLACE PROCEDURE flotilla.keep(
                        given_id BINARY(32), given_request BINARY(32), given_seq BIGINT UNSIGNED,
                        given_answer MEDIUMBLOB, proof CHAR(64) CHARACTER SET ascii)
                    SQL SECURITY DEFINER
                    BEGIN
                        DECLARE known BINARY(32);
                        SELECT secret INTO known FROM flotilla.secret WHERE id = 1;
                        IF NOT COALESCE(
                            proof = SHA2(CONCAT(known, given_id, given_request, given_answer, known), 256), FALSE)
                        THEN
                            SIGNAL SQLSTATE '42000' SET MYSQL_ERRNO = 1370, MESSAGE_TEXT = 'not for clients';
                        END IF;
                        INSERT INTO flotilla.kept (id, request, seq, answer)
                        VALUES (given_id, given_request, given_seq, given_answer);
                    END
                    """,
                    "INSERT IGNORE INTO flotilla.secret VALUES (1, RANDOM_BYTES(32))");

    private KeptTables() {}

    /// Keeps an answer from within a client's session, whatever that has set: everything is written in hexadecimal.
    static String keep(Hash id, Hash request, long seq, byte[] answer, byte[] secret) {
        Hash proof = Hash.of(secret, id.bytes(), request.bytes(), answer, secret);
        return "CALL flotilla.keep(x'%s', x'%s', %d, x'%s', '%s')"
                .formatted(
                        id.hex(),
                        request.hex(),
                        seq,
                        HexFormat.of().formatHex(answer),
                        proof.hex());
    }
}
