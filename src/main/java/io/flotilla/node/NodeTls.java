package io.flotilla.node;

import io.flotilla.observe.Observations;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsFiles;
import io.flotilla.tls.TlsWatch;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates of a node: which port has which, and what a person is told of them. One that several ports have is
/// read once.
final class NodeTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);

    private final Map<String, Tls> ports;
    private final TlsWatch watch;

    private NodeTls(Map<String, Tls> ports) {
        this.ports = ports;
        this.watch = TlsWatch.start(List.copyOf(distinct()), TlsWatch.PERIOD);
    }

    /// @throws IllegalArgumentException with one sentence, if one of them cannot be used
    static NodeTls load(NodeConfig.Certificates certificates) {
        Map<TlsFiles, Tls> loaded = new LinkedHashMap<>();
        Map<String, Tls> ports = new LinkedHashMap<>();
        certificates.node().ifPresent(files -> ports.put("raft", take(loaded, files)));
        Optional.ofNullable(ports.get("raft")).ifPresent(NodeTls::rehearse);
        certificates.forHttp().ifPresent(files -> ports.put("http", take(loaded, files)));
        certificates.forSql().ifPresent(files -> ports.put("sql", take(loaded, files)));
        return new NodeTls(ports);
    }

    /// Beside the start of the server, which takes longer.
    private static void rehearse(Tls tls) {
        Thread.ofVirtual()
                .name("tls-rehearsal")
                .start(() -> {
                    try {
                        tls.rehearse();
                    } catch (SSLException e) {
                        LOG.warn("this node's certificate does not do for itself", e);
                    }
                });
    }

    private static Tls take(Map<TlsFiles, Tls> loaded, TlsFiles files) {
        return loaded.computeIfAbsent(files, Tls::load);
    }

    private Set<Tls> distinct() {
        return new LinkedHashSet<>(ports.values());
    }

    Optional<Tls> raft() {
        return Optional.ofNullable(ports.get("raft"));
    }

    Optional<Tls> http() {
        return Optional.ofNullable(ports.get("http"));
    }

    Optional<Tls> sql() {
        return Optional.ofNullable(ports.get("sql"));
    }

    void show(Observations observations) {
        if (ports.isEmpty()) {
            observations.section("tls", Map::of);
            return;
        }
        observations.gauge(
                "flotilla.tls.days.left",
                "Days until the first of this node's certificates expires; negative afterwards",
                () -> distinct().stream().mapToLong(Tls::daysLeft).min().orElseThrow());
        observations.section(
                "tls",
                () -> {
                    Map<String, Object> section = new LinkedHashMap<>();
                    ports.forEach((port, tls) -> section.put(port, view(tls.state())));
                    return section;
                });
    }

    private static Map<String, Object> view(Tls.State state) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("certificate", state.file());
        view.put("names", state.names());
        view.put("issuer", state.issuer());
        view.put("sha256", state.fingerprint());
        view.put("expires", state.expires());
        view.put("days_left", state.daysLeft());
        view.put("loaded", state.loaded());
        view.put("trouble", state.trouble());
        return view;
    }

    @Override
    public void close() {
        watch.close();
    }
}
