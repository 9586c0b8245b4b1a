package io.flotilla.workload;

import io.flotilla.bench.DefinitionLoad;
import io.flotilla.bench.Fleet;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A client that defines, redefines and drops tables, triggers, views, procedures and events, over HTTP.
final class DefinitionWorkload implements Workload {
    private static final int DEFINERS = 1;
    private static final Duration PACE = Duration.ofMillis(250);

    private final Doors doors;
    private final long seed;
    private Optional<DefinitionLoad> load = Optional.empty();

    DefinitionWorkload(Doors doors, long seed) {
        this.doors = doors;
        this.seed = seed;
    }

    @Override
    public void prepare() {
        List<URI> nodes = doors.allHttp();
        load = Optional.of(DefinitionLoad.prepared(nodes, doors.client(), PACE));
    }

    @Override
    public void start(Clients clients) {
        load.orElseThrow().startDefiners(DEFINERS, seed);
    }

    @Override
    public void stop() {
        load.orElseThrow().stop();
    }

    @Override
    public Counts counts() {
        Counts counts = new Counts();
        load.orElseThrow().outcomes().forEach(counts::add);
        return counts;
    }

    @Override
    public List<String> complaints(Fleet fleet) {
        return load.orElseThrow().complaints(fleet);
    }
}
