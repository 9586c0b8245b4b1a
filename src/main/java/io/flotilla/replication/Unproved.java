package io.flotilla.replication;

import io.flotilla.engine.Server;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's data are not known to be a prefix of the log: it is rebuilt, a while later if that was tried often ([Rebuilds]).
///
/// INVARIANT I3: serves nothing; its log goes on taking part in consensus, and [IdleLead] gives a lead that falls to
/// this node away.
final class Unproved implements State {
    private static final Logger log = LoggerFactory.getLogger(Unproved.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Parts parts;
    private final @Nullable Server server;
    private final String reason;

    Unproved(Parts parts, @Nullable Server server, String reason) {
        this.parts = parts;
        this.server = server;
        this.reason = reason;
    }

    @Override
    public Standing.Role role() {
        return Standing.Role.UNPROVED;
    }

    @Override
    public String why() {
        return reason;
    }

    @Override
    public @Nullable State run() throws InterruptedException {
        if (server != null) {
            server.kill();
        }
        if (parts.signals().stopping()) {
            return null;
        }
        return waits() ? new Rebuilding(parts, reason) : null;
    }

    /// @return false when a stop was asked for
    private boolean waits() throws InterruptedException {
        Duration pause = pause();
        if (!pause.isZero()) {
            log.error(
                    "node {} serves nothing: {}. It was rebuilt {} times within {} min, and is again in {} s, or when it"
                            + " is restarted; mariadbd.log may tell why",
                    parts.self(),
                    reason,
                    parts.rebuilds().recent(),
                    Rebuilds.WITHIN.toMinutes(),
                    pause.toSeconds());
        }
        while (!pause.isZero() && !parts.signals().stopping()) {
            parts.front()
                    .explain(reason + "; it is rebuilt in " + pause.plus(LOOK).toSeconds() + " s");
            Duration next = pause.compareTo(LOOK) < 0 ? pause : LOOK;
            parts.signals().await(parts.signals()::stopping, next);
            pause = pause();
        }
        parts.rebuilds().begin(System.nanoTime());
        return !parts.signals().stopping();
    }

    private Duration pause() {
        Rebuilds rebuilds = parts.rebuilds();
        Duration pause = rebuilds.pause(System.nanoTime(), Rebuilds.LONGEST_PAUSE);
        return pause.isZero() || somebodyServes()
                ? pause
                : rebuilds.pause(System.nanoTime(), Rebuilds.LONGEST_WITHOUT_OTHERS);
    }

    private boolean somebodyServes() {
        return parts.standings().answers().stream()
                .map(PeerStandings.Answer::role)
                .anyMatch(role -> role == Standing.Role.FOLLOWING || role == Standing.Role.LEADING);
    }
}
