package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which nodes to talk to: the given one and those it knows, or those of the fleet in a directory.
final class NodesOption {
    @Mixin private DataOption data;
    @Mixin private CaOption ca;
    @Mixin private LoginOption login;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "a node to talk to, instead of those of the fleet in --data")
    private @Nullable URI url;

    /// @throws FlotillaException if there is no fleet in the directory
    List<URI> nodes() {
        login.say();
        URI given = url;
        if (given != null) {
            ca.believe(data.directory(), Optional.empty());
            List<URI> nodes = new ArrayList<>(List.of(given));
            NodeView.of(given)
                    .ifPresent(view ->
                            view.members().stream()
                                    .filter(member -> !member.equals(given))
                                    .forEach(nodes::add));
            return nodes;
        }
        FleetPlan plan =
                data.directory()
                        .plan()
                        .orElseThrow(() ->
                                new FlotillaException(
                                        Failure.NOT_FOUND,
                                        "there is no fleet in "
                                                + data.directory().root()
                                                + "; name its directory with --data or a node with --url"));
        ca.believe(data.directory(), Optional.of(plan));
        return plan.numbers().stream().map(plan::http).toList();
    }
}
