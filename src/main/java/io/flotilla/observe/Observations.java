package io.flotilla.observe;

import io.flotilla.provision.ProvisionCounters;
import io.flotilla.replication.Replica;
import io.flotilla.replication.Standing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The numbers of a node, and the sections of its `/status`. Thread-safe.
public final class Observations implements AutoCloseable {
    /// Upper bounds of the latency buckets: from a local read to a request that waited for a new leader.
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Answered, Timer> requests = new ConcurrentHashMap<>();

    /// Micrometer holds a counter's source by a weak reference only, and shows its last value for ever when that is gone.
    private final List<LongSupplier> counters = new CopyOnWriteArrayList<>();

    private final Map<String, Supplier<?>> sections = new LinkedHashMap<>();

    public Observations() {
        new JvmMemoryMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// Shows a replica's standing: role, term, positions, lag.
    public void watch(Replica replica) {
        for (Standing.Role role : Standing.Role.values()) {
            Gauge.builder("flotilla.role", () -> replica.standing().role() == role ? 1 : 0)
                    .tag("role", role.name().toLowerCase(Locale.ROOT))
                    .description("1 for what this node is doing now")
                    .register(registry);
        }
        gauge(
                "flotilla.leading",
                "1 while this node leads with open doors",
                () -> replica.reign().isPresent() ? 1 : 0);
        gauge("flotilla.term", "Raft's current term", () -> replica.standing().term());
        gauge(
                "flotilla.committed.seq",
                "Last transaction known to be committed",
                () -> replica.standing().committed().seq());
        gauge(
                "flotilla.applied.seq",
                "Last transaction this node's server shows",
                () -> replica.standing().applied().seq());
        gauge(
                "flotilla.lag.seconds",
                "How long this node's server has been behind",
                () -> replica.standing().lag().toNanos() / 1e9);
        gauge(
                "flotilla.server.serving",
                "1 while this node's server may serve clients",
                () -> replica.server().isPresent() ? 1 : 0);
    }

    /// Shows what was copied between nodes.
    public void watch(ProvisionCounters copies) {
        counter(
                "flotilla.snapshots.given",
                "Copies of this node's data that others got whole",
                copies::given);
        counter(
                "flotilla.snapshots.given.bytes",
                "Bytes sent in copies of this node's data",
                copies::givenBytes);
        gauge(
                "flotilla.snapshots.rested.seconds",
                "How long this node's server has rested for copies",
                copies::restedSeconds);
        counter(
                "flotilla.snapshots.received",
                "Copies of other nodes' data that this node got whole",
                copies::received);
        counter(
                "flotilla.snapshots.received.bytes",
                "Bytes received in copies, unfinished ones included",
                copies::receivedBytes);
    }

    /// A number that goes up and down. Dots in the name become underscores.
    public void gauge(String name, String meaning, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(meaning).register(registry);
    }

    /// A number that only grows while the process lives; its name is shown with `_total`.
    public void counter(String name, String meaning, LongSupplier value) {
        counters.add(value);
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(meaning)
                .register(registry);
    }

    /// A section of `/status`: records, maps, lists, strings and numbers. The supplier must not block.
    public void section(String name, Supplier<?> content) {
        synchronized (sections) {
            sections.put(name, content);
        }
    }

    /// All sections, each asked now.
    public Map<String, Object> sections() {
        Map<String, Supplier<?>> ask;
        synchronized (sections) {
            ask = new LinkedHashMap<>(sections);
        }
        Map<String, Object> answers = new LinkedHashMap<>();
        ask.forEach((name, content) -> answers.put(name, content.get()));
        return answers;
    }

    /// A request was answered.
    ///
    /// @param route the route's pattern, never what the client sent: one time series per value
    /// @param code the HTTP status
    public void answered(String route, int code, Duration took) {
        requests.computeIfAbsent(new Answered(route, code), this::timer).record(took);
    }

    private Timer timer(Answered answered) {
        return Timer.builder("flotilla.http.requests")
                .description("Requests over HTTP, from the first byte read to the last one written")
                .tag("route", answered.route())
                .tag("code", Integer.toString(answered.code()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /// Everything in Prometheus' text form.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private record Answered(String route, int code) {}
}
