package io.flotilla.bench.speed;

import java.util.List;

/// The table every system of the MySQL family works on.
final class Tables {
    private Tables() {}

    static List<String> statements() {
        return List.of(
                "CREATE TABLE bench (id BIGINT PRIMARY KEY, k INT NOT NULL, c VARCHAR(120) NOT"
                        + " NULL)",
                "INSERT INTO bench SELECT seq, seq, REPEAT('x', 100) FROM seq_0_to_"
                        + (Workload.ROWS - 1));
    }
}
