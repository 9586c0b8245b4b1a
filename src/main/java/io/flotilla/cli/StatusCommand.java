package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Says how each node is. Exit code 0 when one leads, 1 when none does.")
final class StatusCommand implements Callable<Integer> {
    @Mixin private DataOption data;
    @Mixin private CaOption ca;
    @Mixin private LoginOption login;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "ask this node who the others are, instead of looking into --data")
    private @Nullable URI url;

    @Override
    public Integer call() throws InterruptedException {
        login.say();
        Map<URI, Optional<NodeView>> views =
                FleetViews.of(url == null ? recorded() : membersKnownTo(url));
        StatusTable table = new StatusTable(views, Instant.now(), Progress.onTerminal());
        table.lines().forEach(System.out::println);
        return table.led() ? 0 : 1;
    }

    private List<URI> recorded() {
        FleetDirectory directory = data.directory();
        FleetPlan plan =
                directory
                        .plan()
                        .orElseThrow(() ->
                                new FlotillaException(
                                        Failure.NOT_FOUND,
                                        "there is no fleet in "
                                                + directory.root()
                                                + "; name its directory with --data or a node with --url"));
        ca.believe(directory, Optional.of(plan));
        return plan.numbers().stream().map(plan::http).toList();
    }

    private List<URI> membersKnownTo(URI node) {
        ca.believe(data.directory(), Optional.empty());
        return NodeView.of(node)
                .map(NodeView::members)
                .orElseThrow(() ->
                        new FlotillaException(
                                Failure.UNAVAILABLE, "no node of Flotilla answers at " + node));
    }
}
