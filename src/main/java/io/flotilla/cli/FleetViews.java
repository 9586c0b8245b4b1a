package io.flotilla.cli;

import io.flotilla.failure.FlotillaException;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Asks all nodes at once: one that hangs must not hide the others.
final class FleetViews {
    private FleetViews() {}

    /// By number; those that do not answer are not in it.
    static Map<Integer, NodeView> of(FleetPlan plan) throws InterruptedException {
        Map<Integer, NodeView> views = new TreeMap<>();
        of(plan.numbers().stream().map(plan::http).toList())
                .values()
                .forEach(view -> view.ifPresent(v -> views.put(v.number(), v)));
        return views;
    }

    /// In the order asked.
    static Map<URI, Optional<NodeView>> of(Collection<URI> nodes) throws InterruptedException {
        Map<URI, Optional<NodeView>> views = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<URI, Future<Optional<NodeView>>> asked = new LinkedHashMap<>();
            nodes.forEach(node -> asked.put(node, threads.submit(() -> NodeView.of(node))));
            for (Map.Entry<URI, Future<Optional<NodeView>>> entry : asked.entrySet()) {
                views.put(entry.getKey(), answer(entry.getValue()));
            }
        }
        return views;
    }

    private static Optional<NodeView> answer(Future<Optional<NodeView>> asked)
            throws InterruptedException {
        try {
            return asked.get();
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof FlotillaException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
