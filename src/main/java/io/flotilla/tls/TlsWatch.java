package io.flotilla.tls;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds whether certificates were replaced, and says once a day which will expire soon.
public final class TlsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);

    /// A few kilobytes are read each time; longer lets who replaces a certificate wait.
    public static final Duration PERIOD = Duration.ofSeconds(3);

    /// Before a certificate expires it is time to replace it.
    static final long WARNING_DAYS = 30;

    private static final long URGENT_DAYS = 7;
    private static final long REPEAT_NANOS = Duration.ofDays(1).toNanos();

    private final List<Tls> watched;
    private final Map<Tls, Long> warned = new HashMap<>();
    private final Thread thread;

    private TlsWatch(List<Tls> watched, Duration period) {
        this.watched = watched;
        this.thread = Thread.ofPlatform().name("tls-watch").daemon().unstarted(() -> watch(period));
    }

    public static TlsWatch start(List<Tls> watched, Duration period) {
        TlsWatch watch = new TlsWatch(List.copyOf(watched), period);
        if (!watched.isEmpty()) {
            watch.thread.start();
        }
        return watch;
    }

    private void watch(Duration period) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                for (Tls each : watched) {
                    each.look();
                    warn(each);
                }
                Thread.sleep(period);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("looking for new certificates failed", e);
            }
        }
    }

    private void warn(Tls tls) {
        long days = tls.daysLeft();
        Long last = warned.get(tls);
        long now = System.nanoTime();
        if (days >= WARNING_DAYS) {
            warned.remove(tls);
        } else if (last == null || now - last > REPEAT_NANOS) {
            warned.put(tls, now);
            String text = "{} {}: put a new one in its place, it is taken without a restart";
            String when = (days < 0 ? "has expired on " : "expires on ") + tls.expires();
            if (days < URGENT_DAYS) {
                LOG.error(text, tls.files().certificate(), when);
            } else {
                LOG.warn(text, tls.files().certificate(), when);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
