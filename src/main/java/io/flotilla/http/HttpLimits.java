package io.flotilla.http;

import io.flotilla.sql.SqlConfig;
import java.time.Duration;

/// Everything about the HTTP door that has a limit.
///
/// @param maxBody bytes of one request's body; larger is `413`. Too small refuses big inserts, which the server would
///     take up to its `max_allowed_packet` (64 MiB)
/// @param maxBodies bytes of memory for all bodies at once, and for what JSON becomes when it is read; beyond it `429`,
///     and `413` for a body whose values alone would take more than half. Must fit in the heap twice
/// @param maxUrl bytes of path and query; longer is `414`. A table's schema may travel in it
/// @param maxHead bytes of request line and headers together; larger is `431`
/// @param maxConnections open connections; more wait in the system's backlog
/// @param maxRequests requests being worked on at once; beyond it `429`. Health, status and metrics do not count
/// @param idle how long a connection may say nothing, and a client may take nothing of its answer
/// @param bodyPatience how long one body may take to arrive; longer is `408`. Bounds clients that send a byte a second
/// @param handshake how long shaking hands under TLS may take. Bounds clients that send a byte a second
/// @param stop how long requests under way may take to end when the node stops
/// @param timeout a request's deadline unless it says `timeout=`
/// @param maxTimeout the longest deadline a request may ask for
/// @param depth nesting of JSON in a body
/// @param idleChannels unused channels kept open to each member, for forwarding
public record HttpLimits(
        int maxBody,
        long maxBodies,
        int maxUrl,
        int maxHead,
        int maxConnections,
        int maxRequests,
        Duration idle,
        Duration bodyPatience,
        Duration handshake,
        Duration stop,
        Duration timeout,
        Duration maxTimeout,
        int depth,
        int idleChannels) {
    public static final int DEFAULT_MAX_BODY = 16 << 20;
    public static final long DEFAULT_MAX_BODIES = 64L << 20;
    public static final int DEFAULT_MAX_URL = 16 << 10;
    public static final int DEFAULT_MAX_HEAD = 32 << 10;
    public static final int DEFAULT_MAX_CONNECTIONS = 4096;
    public static final int DEFAULT_MAX_REQUESTS = 1024;
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(30);
    public static final Duration DEFAULT_BODY_PATIENCE = Duration.ofSeconds(30);
    public static final Duration DEFAULT_HANDSHAKE = Duration.ofSeconds(10);
    public static final Duration DEFAULT_STOP = Duration.ofSeconds(5);
    public static final Duration DEFAULT_TIMEOUT = SqlConfig.USUAL_TIMEOUT;
    public static final Duration DEFAULT_MAX_TIMEOUT = Duration.ofMinutes(10);
    public static final int DEFAULT_DEPTH = 32;
    public static final int DEFAULT_IDLE_CHANNELS = 128;

    public HttpLimits {
        if (maxBody < 1 || maxBodies < maxBody || maxUrl < 1 || maxHead < maxUrl) {
            throw new IllegalArgumentException(
                    "limits of bodies, URL and head must be positive, all bodies at least one, the head at least the"
                            + " URL");
        }
        if (maxConnections < 1 || maxRequests < 1 || depth < 1 || idleChannels < 0) {
            throw new IllegalArgumentException(
                    "limits of connections, requests and depth must be positive");
        }
        if (!idle.isPositive()
                || !bodyPatience.isPositive()
                || !handshake.isPositive()
                || stop.isNegative()) {
            throw new IllegalArgumentException("times must be positive");
        }
        if (!timeout.isPositive() || maxTimeout.compareTo(timeout) < 0) {
            throw new IllegalArgumentException(
                    "the longest deadline must be at least the usual one");
        }
    }

    public static HttpLimits defaults() {
        return new HttpLimits(
                DEFAULT_MAX_BODY,
                DEFAULT_MAX_BODIES,
                DEFAULT_MAX_URL,
                DEFAULT_MAX_HEAD,
                DEFAULT_MAX_CONNECTIONS,
                DEFAULT_MAX_REQUESTS,
                DEFAULT_IDLE,
                DEFAULT_BODY_PATIENCE,
                DEFAULT_HANDSHAKE,
                DEFAULT_STOP,
                DEFAULT_TIMEOUT,
                DEFAULT_MAX_TIMEOUT,
                DEFAULT_DEPTH,
                DEFAULT_IDLE_CHANNELS);
    }
}
