package io.flotilla.sql;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A result whose first rows come in time and whose others do not, on a real server.
final class LongResultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// More than the server and the driver keep before the first row is seen.
    private static final String LONG =
            "SELECT REPEAT('x', 100000), 0 UNION ALL ".repeat(40) + "SELECT 'last', SLEEP(60)";

    @TempDir static Path directory;

    private static LeadingServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = LeadingServer.start(directory);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static SqlConfig withResultsOf(Duration longest) {
        SqlConfig usual = SqlConfig.defaults();
        return new SqlConfig(
                1,
                1,
                usual.maxIdle(),
                usual.trustIdle(),
                longest,
                usual.answerGrace(),
                1,
                usual.maxBufferedRows(),
                usual.keys(),
                usual.transactions(),
                usual.logins());
    }

    @Test
    void isEnded() throws Exception {
        FakeReplica replica = new FakeReplica(1, List.of());
        replica.leads(server.newReign()).serves(server.server().http());
        try (LocalSql sql = new LocalSql(replica, withResultsOf(Duration.ofSeconds(2)))) {
            Cells cells = new Cells();
            assertThatThrownBy(() ->
                            sql.read(
                                    new Query(LONG, Footprint.TRACES),
                                    Deadline.in(PATIENCE),
                                    cells))
                    .isInstanceOfSatisfying(
                            FlotillaException.class,
                            e -> {
                                assertThat(e.failure()).isEqualTo(Failure.REJECTED);
                                assertThat(e.errno()).isEqualTo(1969);
                            });
            assertThat(cells.all).hasSizeGreaterThan(10);
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(
                                            server.query(
                                                    "SELECT COUNT(*) FROM information_schema.processlist"
                                                            + " WHERE info LIKE '%SLEEP(60)%'"
                                                            + " AND user = 'flotilla_http'"))
                                    .isEqualTo("0"));
        }
    }
}
