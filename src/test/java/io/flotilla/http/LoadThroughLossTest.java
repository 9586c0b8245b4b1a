package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.cli.Flotilla;
import io.flotilla.peer.NodeId;
import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A dump is loaded at a follower while its link to the leader is cut again and again: what was asked may be done, or
/// not, and its answer is lost. The tables have no key that would hide doubles.
final class LoadThroughLossTest {
    private static final int TABLES = 15;
    private static final int INSERTS = 20;
    private static final int ROWS = 100;
    private static final long BETWEEN_MILLIS = 70;

    @TempDir private Path directory;

    @Test
    void everythingIsThereOnce() throws Exception {
        Map<NodeId, Integer> ports = TestLink.ports();
        try (LeadingServer server = LeadingServer.start(directory.resolve("server"));
                TestNode follower = TestNode.start(1, ports);
                TestNode leader = TestNode.start(2, ports)) {
            TestNode.know(follower, leader);
            leader.replica.leads(server.newReign()).serves(server.server().http());
            follower.replica.follows(2);
            Path dump = dump();

            CompletableFuture<Integer> load =
                    CompletableFuture.supplyAsync(() ->
                            Flotilla.run(
                                    "load", "--url", follower.url("").toString(), dump.toString()));
            int cuts = 0;
            while (!isDone(load)) {
                follower.link.cut();
                cuts++;
            }

            assertThat(load.join()).isZero();
            assertThat(cuts).isGreaterThan(5);
            assertThat(follower.get("/metrics").body())
                    .doesNotContain("flotilla_forward_lost_total 0.0");
            for (int table = 0; table < TABLES; table++) {
                assertThat(
                                server.query(
                                        "SELECT CONCAT(COUNT(*), ' ', COUNT(DISTINCT id)) FROM loaded.t"
                                                + table))
                        .isEqualTo(INSERTS * ROWS + " " + INSERTS * ROWS);
            }
        }
    }

    private static boolean isDone(CompletableFuture<Integer> load) throws Exception {
        try {
            load.get(BETWEEN_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
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
}
