package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read from the ends of answers, beside what the server says when it is asked.
final class TransactionFlagTest extends DoorsUnderTest {
    private final TransactionFlag flag = new TransactionFlag();

    private Connection client(String driver) throws SQLException {
        String plain = driver.equals("mysql") ? "DISABLED" : "disable";
        Connection client =
                DriverManager.getConnection(
                        "jdbc:%s://127.0.0.1:%d/shop?user=app&password=secret&sslMode=%s"
                                        .formatted(driver, port(By.LEADER), plain)
                                + "&allowPublicKeyRetrieval=true&useServerPrepStmts=true");
        open.push(client);
        return client;
    }

    /// A client may have its answer before the door has looked at it.
    private void isIn(int transactions, String after) throws Exception {
        awaitTrue(after + ": " + transactions, () -> reign.transactions() == transactions);
    }

    /// The question is an answer as well.
    private void agrees(Connection client, String after) throws Exception {
        int asked = Integer.parseInt(value(client, "SELECT @@in_transaction"));
        isIn(asked, "the question after " + after);
    }

    @ParameterizedTest
    @CsvSource({"mariadb", "mysql"})
    void followsTheServerThroughAllKindsOfStatements(String driver) throws Exception {
        Connection client = client(driver);
        run(client, "CREATE OR REPLACE TABLE many (a INT PRIMARY KEY, b VARCHAR(200))");
        // 1: it leaves the session in a transaction.
        for (String step :
                new String[] {
                    "0 INSERT INTO many SELECT seq, REPEAT('x', 200) FROM seq_1_to_5000",
                    "1 BEGIN",
                    "1 INSERT INTO many VALUES (0, NULL)",
                    "1 UPDATE many SET b = 'y' WHERE a < 1000",
                    "0 COMMIT",
                    "1 START TRANSACTION READ ONLY",
                    "1 DO 1",
                    "0 ROLLBACK",
                    "1 START TRANSACTION WITH CONSISTENT SNAPSHOT",
                    "0 CREATE OR REPLACE TABLE implicit (a INT)",
                    "1 BEGIN",
                    "1 SAVEPOINT s",
                    "1 ROLLBACK TO s",
                    "1 COMMIT AND CHAIN",
                    "0 ROLLBACK",
                    "0 SET autocommit = 0",
                    "1 DELETE FROM many WHERE a = 1",
                    "0 SET autocommit = 1",
                    "1 XA START 'x'",
                    "1 INSERT INTO many VALUES (-1, NULL)",
                    "1 XA END 'x'",
                    "0 XA ROLLBACK 'x'"
                }) {
            String sql = step.substring(2);
            run(client, sql);
            isIn(step.charAt(0) - '0', sql);
            agrees(client, sql);
        }
    }

    @ParameterizedTest
    @CsvSource({"mariadb", "mysql"})
    void keepsItThroughAnswersThatDoNotSay(String driver) throws Exception {
        Connection client = client(driver);
        run(client, "CREATE OR REPLACE TABLE kept (a INT PRIMARY KEY, b LONGTEXT)");
        run(client, "INSERT INTO kept SELECT seq, REPEAT('x', 200) FROM seq_1_to_5000");
        run(client, "CREATE OR REPLACE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END");
        run(client, "BEGIN");

        try (PreparedStatement without =
                        client.prepareStatement("INSERT INTO kept VALUES (-1, 'a')");
                PreparedStatement with =
                        client.prepareStatement("SELECT * FROM kept WHERE a > ?")) {
            isIn(1, "within");
            without.executeUpdate();
            isIn(1, "within");
            with.setInt(1, 0);
            with.executeQuery();
            isIn(1, "within");
        }
        run(client, "CALL two()");
        isIn(1, "within");
        try {
            run(client, "INSERT INTO kept VALUES (-1, 'again')");
        } catch (SQLException duplicate) {
            assertThat(duplicate.getErrorCode()).isEqualTo(1062);
        }
        isIn(1, "within");
        assertThat(value(client, "SELECT @@in_transaction")).isEqualTo("1");
        run(client, "ROLLBACK");
        isIn(0, "after the end");
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer said = ByteBuffer.allocate(values.length);
        for (int value : values) {
            said.put((byte) value);
        }
        return said.flip();
    }

    @Test
    void takesTheLastPacketOfSeveral() {
        flag.read(
                bytes(
                        7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, // OK, autocommit
                        7, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0)); // OK, in a transaction
        assertThat(flag.isSet()).isTrue();
        flag.read(bytes(5, 0, 0, 9, 0xfe, 0, 0, 2, 0));
        assertThat(flag.isSet()).isFalse();
    }

    /// 1213 rolls the whole transaction back.
    @Test
    void isOverAfterADeadlock() {
        flag.read(bytes(7, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0));
        flag.read(bytes(9, 0, 0, 1, 0xff, 0x26, 4, '#', '2', '3', '0', '0', '0'));
        assertThat(flag.isSet()).isTrue();
        flag.read(bytes(9, 0, 0, 1, 0xff, 0xbd, 4, '#', '4', '0', '0', '0', '1'));
        assertThat(flag.isSet()).isFalse();
    }

    @Test
    void readsLongNumbers() {
        flag.read(bytes(18, 0, 0, 1, 0, 0xfc, 1, 2, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8, 3, 0, 0, 0, 1));
        assertThat(flag.isSet()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void bearsWhatItIsGiven(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200_000; round++) {
            byte[] said = new byte[random.nextInt(40)];
            random.nextBytes(said);
            int at = said.length - 4 - random.nextInt(20);
            if (at >= 0) {
                said[at] = (byte) (said.length - at - 4);
                said[at + 1] = 0;
                said[at + 2] = 0;
                if (at + 4 < said.length) {
                    said[at + 4] = (byte) new int[] {0, 0xfe, 0xff}[random.nextInt(3)];
                }
            }
            ByteBuffer in = ByteBuffer.wrap(said);
            flag.read(in);
            assertThat(in.remaining()).isEqualTo(said.length);
        }
    }
}
