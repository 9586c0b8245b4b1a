package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.FleetClient.Read;
import io.flotilla.bench.History.TokenWrite;
import io.flotilla.bench.Load;
import io.flotilla.bench.LoadPlan;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.bench.Verdict;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A transaction that Raft has committed and whose leader died before it could acknowledge it is there exactly once,
/// everywhere, also on the old leader.
///
/// There is no hook to stop a leader at that very moment. So leaders are killed under a crowd of writers until it has
/// happened: a writer got no answer, and its row is there.
@Tag("system")
final class CommittedUnacknowledgedTest {
    private static final int KILLS = 4;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void isThereExactlyOnceEverywhere() {
        Verdict verdict =
                Ordeal.of(
                        place,
                        LoadPlan.crowded(),
                        ordeal -> {
                            for (int kill = 0; kill < KILLS && !happened(ordeal); kill++) {
                                ordeal.killAndReturn(ordeal.fleet().leaderWithServer(), Part.BOTH);
                            }
                        });

        place.say(verdict.unknownButThere() + " rows whose writers never learned of them");
        assertThat(verdict.unknownButThere()).isPositive();
    }

    /// Whether a write without an answer is there.
    private boolean happened(Ordeal ordeal) {
        URI leader = ordeal.fleet().node(ordeal.fleet().leader()).http();
        return ordeal.load().history().tokenWrites().stream()
                .filter(write -> write.outcome().unknown())
                .anyMatch(write -> isThere(leader, write));
    }

    private boolean isThere(URI node, TokenWrite write) {
        Map<String, String> where = Map.of("where", "token = " + write.token());
        return place.client().select(node, Load.DATABASE, write.table(), where)
                        instanceof Read.Rows(var rows)
                && !rows.isEmpty();
    }
}
