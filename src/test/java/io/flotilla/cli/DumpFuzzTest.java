package io.flotilla.cli;

import io.flotilla.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Dumps with damage: read statement by statement, and each of them looked at.
@Timeout(60)
final class DumpFuzzTest {
    private static final int CASES = 2000;

    private static final String DUMP =
            """
            -- MariaDB dump
            /*!40101 SET NAMES utf8mb4 */;
            /*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY */;
            DROP TABLE IF EXISTS `t`;
            CREATE TABLE `t` (`id` int NOT NULL, `v` blob) ENGINE=InnoDB;
            LOCK TABLES `t` WRITE;
            INSERT INTO `t` VALUES (1,'it''s \\' \\\\ here'),(2,x'00ff');
            UNLOCK TABLES;
            DELIMITER ;;
            /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER tr
            BEFORE INSERT ON t FOR EACH ROW BEGIN # a comment
            SET NEW.id = 1; END */;;
            DELIMITER ;
            """;

    @Test
    void dumpsWithDamage() {
        Fuzz.of(List.of(DUMP.getBytes(StandardCharsets.UTF_8)))
                .refusedBy(IOException.class)
                .run(CASES, DumpFuzzTest::read);
    }

    private static void read(byte[] bytes) throws IOException {
        DumpText text = new DumpText(new ByteArrayInputStream(bytes));
        Replay replay = new Replay();
        Optional<DumpText.Statement> next = text.next();
        while (next.isPresent()) {
            DumpStatement.of(next.get().text());
            replay.allows(next.get().text());
            replay.done(next.get().text());
            next = text.next();
        }
    }
}
