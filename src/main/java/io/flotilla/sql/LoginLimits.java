package io.flotilla.sql;

import java.time.Duration;

/// How clients log in over HTTP.
///
/// @param trust how long a login is trusted before the server checks it again. Too long: a changed password, a dropped
///     account and rights that were taken away take effect later; below some 100 ms nearly each request logs in (0.6 ms)
/// @param free failures of one user from one address before it is slowed down: people mistype
/// @param freeOfAddress failures from one address before all of it is slowed down, whoever it says it is
/// @param firstDelay how long after the next failure nothing is checked; each further one doubles it
/// @param longestDelay the most it grows to
/// @param memory after this long without a failure it is forgotten
/// @param remembered users and addresses whose failures are counted, and logins that are trusted; the oldest are forgotten
public record LoginLimits(
        Duration trust,
        int free,
        int freeOfAddress,
        Duration firstDelay,
        Duration longestDelay,
        Duration memory,
        int remembered) {
    public LoginLimits {
        if (trust.isNegative() || !firstDelay.isPositive() || !memory.isPositive()) {
            throw new IllegalArgumentException("times must be positive");
        }
        if (free < 1 || freeOfAddress < free || remembered < 1) {
            throw new IllegalArgumentException(
                    "failures that are free must be at least one, and more of an address than of a user");
        }
        if (longestDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("the longest delay must be at least the first");
        }
    }

    public static LoginLimits defaults() {
        return new LoginLimits(
                Duration.ofSeconds(2),
                5,
                50,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                10_000);
    }
}
