package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.Outcome;
import io.flotilla.bench.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A leader that is the last to have any data is proved by what it noted itself, though nobody is left who could tell it
/// the schema that it must have.
@Tag("system")
final class LeaderAloneKnowsTest {
    /// More transactions than a node would rather be fed than given another's data.
    private static final int ENOUGH = 1_100;

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void itsDataAreKeptWhenTheOthersHaveLostTheirs() {
        Fleet fleet = place.start(3);
        int leader = fleet.leaderWithServer();
        String last = define(fleet.node(leader).http());
        Patience.until(
                PATIENCE,
                () -> "node " + leader + " has noted its schema behind " + last,
                () -> marks(fleet, leader).contains(" settled " + last + " "));

        fleet.killAll();
        fleet.numbers().forEach(fleet::awaitDead);
        fleet.others(leader).forEach(node -> lose(fleet, node));
        fleet.startAll();
        fleet.awaitLevel(PATIENCE);

        assertThat(fleet.node(leader).saidSinceStart())
                .anyMatch(line -> line.contains("its server is proved at"))
                .noneMatch(line -> line.contains("asks the others which schema"))
                .noneMatch(line -> line.contains("the old data are kept in"));
        fleet.numbers().forEach(node -> assertRows(fleet.node(node).http()));
    }

    /// With definitions behind the last row: the position says nothing of them.
    ///
    /// @return the last one's GTID
    private String define(URI node) {
        List<String> inserts = new ArrayList<>();
        for (int i = 0; i < ENOUGH; i++) {
            inserts.add("INSERT INTO boats VALUES (" + i + ")");
        }
        acknowledged(place.client().write(node, "/createdb?name=shop"));
        acknowledged(execute(node, "CREATE TABLE boats (id INT PRIMARY KEY)"));
        acknowledged(place.client().write(node, "/db/execute?db=shop&errors=http", inserts));
        acknowledged(execute(node, "CREATE TABLE boats2 SELECT * FROM boats"));
        acknowledged(execute(node, "ALTER TABLE boats ADD COLUMN name VARCHAR(20)"));
        return acknowledged(execute(node, "CREATE VIEW fleet AS SELECT id FROM boats2"));
    }

    private Outcome execute(URI node, String sql) {
        return place.client().execute(node, "shop", sql);
    }

    private static String acknowledged(Outcome outcome) {
        assertThat(outcome.acknowledged()).as(outcome.toString()).isTrue();
        return outcome instanceof Outcome.Acknowledged(long _, String gtid) ? gtid : "";
    }

    private static String marks(Fleet fleet, int node) {
        try {
            return Files.readString(group(fleet, node).resolve("ddl/marks"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void lose(Fleet fleet, int node) {
        FleetUnderTest.delete(group(fleet, node).resolve("server"));
        FleetUnderTest.delete(group(fleet, node).resolve("ddl"));
    }

    private static Path group(Fleet fleet, int node) {
        return fleet.node(node).directory().resolve("groups/g0");
    }

    private void assertRows(URI node) {
        for (String table : List.of("boats", "boats2", "fleet")) {
            Read read = place.client().select(node, "shop", table, Map.of("level", "none"));
            assertThat(read instanceof Read.Rows(var rows) ? rows.size() : -1)
                    .as(table + " at " + node)
                    .isEqualTo(ENOUGH);
        }
    }
}
