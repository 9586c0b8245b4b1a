package io.flotilla.sql;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Counts failed logins by user and address, and by address alone, and says how long nothing more of them is checked.
/// Thread-safe; bounded.
///
/// Of IPv6 an address is its first 64 bits: whoever has one of them has all.
final class FailedLogins {
    private final LoginLimits limits;
    private final Map<String, Count> counts;

    FailedLogins(LoginLimits limits) {
        this.limits = limits;
        this.counts = new Lru<>(limits.remembered());
    }

    /// How many have failed, and until when nothing is checked, in [System#nanoTime].
    private record Count(int failures, long last, long until) {}

    /// How long it must wait; zero or less if it need not.
    synchronized Duration left(Identity who, long now) {
        return Duration.ofNanos(Math.max(left(bothOf(who), now), left(addressOf(who.from()), now)));
    }

    private long left(String key, long now) {
        Count count = counts.get(key);
        return count == null || forgotten(count, now) ? 0 : count.until() - now;
    }

    private boolean forgotten(Count count, long now) {
        return now - count.last() > limits.memory().toNanos();
    }

    synchronized void failed(Identity who, long now) {
        failed(bothOf(who), limits.free(), now);
        failed(addressOf(who.from()), limits.freeOfAddress(), now);
    }

    private void failed(String key, int free, long now) {
        Count before = counts.get(key);
        int failures = before == null || forgotten(before, now) ? 1 : before.failures() + 1;
        counts.put(key, new Count(failures, now, now + delay(failures - free)));
    }

    private long delay(int beyond) {
        if (beyond <= 0) {
            return 0;
        }
        int doubled = Math.min(beyond - 1, 20);
        return Math.min(limits.firstDelay().toNanos() << doubled, limits.longestDelay().toNanos());
    }

    /// The user is who it says; what else comes from its address is still counted.
    synchronized void succeeded(Identity who) {
        counts.remove(bothOf(who));
    }

    private static String bothOf(Identity who) {
        return who.user().toLowerCase(Locale.ROOT) + "@" + addressOf(who.from());
    }

    private static String addressOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of()
                .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }

    /// Forgets what was used longest ago.
    static final class Lru<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        private final int limit;

        Lru(int limit) {
            super(16, 0.75f, true);
            this.limit = limit;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > limit;
        }
    }
}
