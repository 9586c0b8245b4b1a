package io.flotilla.replication;

import io.flotilla.ddl.GatedStatement;
import io.flotilla.verify.Suspect;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be compared soon: tables which a statement that is not deterministic has filled. Thread-safe.
///
/// Every node notes them as they pass, leader or follower, and the one that leads compares them ([DivergenceWatch]). The
/// next leader compares again what it has seen pass; what a node forgot in a crash, or for want of room here, waits for the
/// next comparison of everything.
final class Suspects {
    private static final Logger log = LoggerFactory.getLogger(Suspects.class);

    /// Statements that are remembered; beyond it the oldest is forgotten.
    private static final int MOST = 64;

    /// A follower that is still busy with the statement cannot be compared.
    private static final Duration AGAIN = Duration.ofSeconds(20);

    private static final int TRIES = 30;

    private final Map<Suspect, Noted> all = new LinkedHashMap<>();

    /// @param seq of the last statement that filled it
    /// @param due when it may be compared, in [System#nanoTime]
    private record Noted(long seq, long due, int tries, String statement) {}

    /// A statement is about to pass.
    synchronized void note(GatedStatement statement) {
        if (!statement.mayDiffer()) {
            return;
        }
        Suspect suspect = Suspect.of(statement);
        all.remove(suspect);
        if (all.size() >= MOST) {
            all.remove(all.keySet().iterator().next());
        }
        all.put(
                suspect,
                new Noted(statement.gtid().seq(), System.nanoTime(), 0, statement.summary()));
    }

    /// The next to compare.
    ///
    /// @param committed what is behind it has not happened yet
    synchronized Optional<Suspect> next(long committed) {
        long now = System.nanoTime();
        return all.entrySet().stream()
                .filter(each -> each.getValue().seq() <= committed)
                .filter(each -> each.getValue().due() - now <= 0)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// It was compared.
    ///
    /// @param whole whether on all nodes
    synchronized void compared(Suspect suspect, boolean whole) {
        Noted noted = all.remove(suspect);
        if (noted == null || whole) {
            return;
        }
        if (noted.tries() < TRIES) {
            all.put(
                    suspect,
                    new Noted(
                            noted.seq(),
                            System.nanoTime() + AGAIN.toNanos(),
                            noted.tries() + 1,
                            noted.statement()));
        } else {
            log.warn(
                    "what this filled was not compared on all nodes, and waits for the next comparison of everything: {}",
                    noted.statement());
        }
    }
}
