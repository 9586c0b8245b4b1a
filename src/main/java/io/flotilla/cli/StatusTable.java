package io.flotilla.cli;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The nodes of a fleet, a line each.
///
/// @param colour whether the leader and what is wrong stand out: on a terminal only
record StatusTable(Map<URI, Optional<NodeView>> nodes, Instant now, boolean colour) {
    private static final String ROW = "%-5s %-10s %5s  %-24s %-18s %8s  %s";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    boolean led() {
        return nodes.values().stream().flatMap(Optional::stream).anyMatch(NodeView::leads);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                ROW.formatted("NODE", "ROLE", "TERM", "HTTP", "POSITION", "LAG", "SINCE")
                        .stripTrailing());
        nodes.forEach((http, view) -> {
            lines.add(view.map(v -> row(http, v)).orElseGet(() -> silent(http)));
            view.map(NodeView::trouble)
                    .filter(trouble -> !trouble.isEmpty())
                    .ifPresent(trouble -> lines.add("      " + trouble));
        });
        if (!led()) {
            lines.add(paint(RED, "No node leads: nothing can be written."));
        }
        return lines;
    }

    private String row(URI http, NodeView view) {
        String line =
                ROW.formatted(
                                view.number(),
                                view.role(),
                                view.term(),
                                http,
                                view.applied().isEmpty() ? "-" : view.applied(),
                                view.lag().isZero() ? "-" : words(view.lag()),
                                view.since()
                                        .map(since -> words(Duration.between(since, now)))
                                        .orElse("-"))
                        .stripTrailing();
        return view.leads() ? paint(GREEN, line) : view.settled() ? line : paint(RED, line);
    }

    private String silent(URI http) {
        return paint(RED, ROW.formatted("?", "no answer", "", http, "", "", "").stripTrailing());
    }

    private String paint(String code, String text) {
        return colour ? code + text + PLAIN : text;
    }

    static String words(Duration time) {
        if (time.compareTo(Duration.ofSeconds(10)) < 0) {
            return Math.max(0, time.toMillis()) + " ms";
        }
        if (time.compareTo(Duration.ofMinutes(2)) < 0) {
            return time.toSeconds() + " s";
        }
        if (time.compareTo(Duration.ofHours(2)) < 0) {
            return time.toMinutes() + " min";
        }
        return time.compareTo(Duration.ofDays(2)) < 0
                ? time.toHours() + " h"
                : time.toDays() + " d";
    }
}
