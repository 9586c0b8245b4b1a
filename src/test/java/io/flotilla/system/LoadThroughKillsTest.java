package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient.Answer;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Patience;
import io.flotilla.cli.Flotilla;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A dump is loaded while leaders are killed: all of it is there once, in tables whose lack of a key would show doubles.
@Tag("long")
final class LoadThroughKillsTest {
    private static final int TABLES = 30;
    private static final int INSERTS = 40;
    private static final int ROWS = 100;
    private static final Duration ELECTED = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(1500);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @TempDir private Path directory;

    @Test
    void isWholeAndOnce() throws Exception {
        Fleet fleet = place.start(3);
        Path dump = dump();
        String url = fleet.http().getFirst().toString();

        CompletableFuture<Integer> load =
                CompletableFuture.supplyAsync(
                        () -> Flotilla.run("load", "--url", url, dump.toString()));
        int kills = 0;
        Part[] parts = {Part.BOTH, Part.SERVER, Part.JVM};
        while (!load.isDone()) {
            Patience.pause(BETWEEN);
            if (load.isDone()) {
                break;
            }
            Part part = parts[kills % parts.length];
            int leader = fleet.leaderWithServer();
            fleet.kill(leader, part);
            kills++;
            fleet.leaderOtherThan(leader, ELECTED);
            if (part != Part.SERVER) {
                fleet.awaitDead(leader);
                fleet.restart(leader);
            }
        }

        place.say(kills + " leaders killed, exit code " + load.join());
        assertThat(kills).isPositive();
        assertThat(load.join()).isZero();
        for (int table = 0; table < TABLES; table++) {
            assertThat(counts(fleet, table))
                    .as("rows and different rows of t%d", table)
                    .isEqualTo("[%d,%d]".formatted(INSERTS * ROWS, INSERTS * ROWS));
        }
    }

    private Path dump() throws IOException {
        Path file = directory.resolve("dump.sql");
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write("CREATE DATABASE IF NOT EXISTS `loaded`;\nUSE `loaded`;\n");
            for (int table = 0; table < TABLES; table++) {
                out.write(
                        "DROP TABLE IF EXISTS `t%d`;\n/*!40101 SET character_set_client = utf8mb4 */;\n"
                                .formatted(table));
                out.write("CREATE TABLE `t%d` (`id` int, `v` varchar(250));\n".formatted(table));
                for (int insert = 0; insert < INSERTS; insert++) {
                    out.write("INSERT INTO `t%d` VALUES ".formatted(table));
                    for (int row = 0; row < ROWS; row++) {
                        out.write(
                                "%s(%d,'%s')"
                                        .formatted(
                                                row == 0 ? "" : ",",
                                                insert * ROWS + row,
                                                "x".repeat(200)));
                    }
                    out.write(";\n");
                }
            }
        }
        return file;
    }

    private String counts(Fleet fleet, int table) throws IOException {
        Answer answer =
                place.client()
                        .post(
                                fleet.node(fleet.leader()).http(),
                                "/db/query?level=linearizable&db=loaded",
                                List.of("SELECT COUNT(*), COUNT(DISTINCT id) FROM t" + table));
        return answer.json().at("/results/0/values/0").toString();
    }
}
