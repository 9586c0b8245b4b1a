package io.flotilla.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sql.FakeReplica;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ObservationsTest {
    @Test
    void showsCountersGaugesAndRequests() {
        try (Observations observations = new Observations()) {
            AtomicLong elections = new AtomicLong(3);
            observations.counter("flotilla.elections", "Elections", elections::get);
            observations.gauge("flotilla.log.bytes", "Size", () -> 12.5);
            observations.answered("/insert", 200, Duration.ofMillis(3));
            observations.answered("/insert", 200, Duration.ofMillis(30));
            observations.watch(
                    new FakeReplica(1, List.of()).follows(2).lag(Duration.ofMillis(1500)));

            elections.set(4);

            assertThat(observations.scrape())
                    .contains("\nflotilla_elections_total 4.0")
                    .contains("\nflotilla_log_bytes 12.5")
                    .contains("\nflotilla_lag_seconds 1.5")
                    .contains("\nflotilla_role{role=\"following\"} 1.0")
                    .contains("\nflotilla_role{role=\"leading\"} 0.0")
                    .contains("\nflotilla_committed_seq 41.0")
                    .contains("le=\"0.005\"} 1\n")
                    .contains(
                            "\nflotilla_http_requests_seconds_count{code=\"200\",route=\"/insert\"} 2");
        }
    }

    @Test
    void holdsOnToWhatItCounts() {
        try (Observations observations = new Observations()) {
            AtomicLong count = new AtomicLong();
            observations.counter("flotilla.kept", "Kept", () -> count.get());
            System.gc();
            count.set(7);

            assertThat(observations.scrape()).contains("\nflotilla_kept_total 7.0");
        }
    }

    @Test
    void asksItsSectionsWhenTheyAreWanted() {
        try (Observations observations = new Observations()) {
            AtomicLong asked = new AtomicLong();
            observations.section("raft", () -> Map.of("asked", asked.incrementAndGet()));

            assertThat(observations.sections()).containsEntry("raft", Map.of("asked", 1L));
            assertThat(observations.sections()).containsEntry("raft", Map.of("asked", 2L));
        }
    }
}
