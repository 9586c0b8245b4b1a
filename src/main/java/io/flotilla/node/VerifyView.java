package io.flotilla.node;

import io.flotilla.observe.Observations;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Replication;
import io.flotilla.verify.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a node shows of the comparisons of servers that it led.
final class VerifyView {
    private final Replication replication;

    VerifyView(Replication replication) {
        this.replication = replication;
    }

    void show(Observations observations) {
        observations.section("verify", this::section);
        observations.counter(
                "flotilla.verify.runs",
                "Comparisons of all servers that this node led to their end",
                replication::verifications);
        observations.counter(
                "flotilla.verify.failed",
                "Comparisons of all servers that came to nothing",
                replication::failedVerifications);
        observations.gauge(
                "flotilla.verify.differing",
                "Nodes that the last comparison this node led found different from a majority",
                () ->
                        replication
                                .lastVerification()
                                .map(last -> last.differing().size())
                                .orElse(0));
        observations.gauge(
                "flotilla.verify.undecided",
                "Objects that differed in the last comparison this node led, without a majority that agrees",
                () ->
                        replication
                                .lastVerification()
                                .map(last -> last.undecided().size())
                                .orElse(0));
        observations.gauge(
                "flotilla.verify.age.seconds",
                "Time since the last comparison that this node led; -1 when it has led none",
                () ->
                        replication
                                .lastVerification()
                                .map(last -> Duration.between(last.at(), Instant.now()).toSeconds())
                                .orElse(-1L));
    }

    private Map<String, Object> section() {
        Map<String, Object> section = new LinkedHashMap<>();
        replication.lastVerification().ifPresent(last -> tell(last, section));
        return section;
    }

    private static void tell(Report last, Map<String, Object> section) {
        section.put("at", last.at().toString());
        section.put("took_ms", last.took().toMillis());
        section.put("position", last.position());
        section.put("equal", last.equal());
        section.put("nodes", last.compared().stream().map(NodeId::number).toList());
        section.put("silent", named(last.silent()));
        section.put("unread", last.unread().size());
        section.put("differing", named(last.differing()));
        section.put("undecided", last.undecided());
    }

    private static Map<String, String> named(Map<NodeId, String> nodes) {
        Map<String, String> named = new LinkedHashMap<>();
        nodes.forEach((node, reason) -> named.put(Integer.toString(node.number()), reason));
        return named;
    }
}
