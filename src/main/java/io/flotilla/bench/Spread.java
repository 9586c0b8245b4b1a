package io.flotilla.bench;

import java.util.Collection;
import java.util.List;

/// Where some measured values lie; each of these is one of them.
///
/// @param p90 the least that nine tenths of all do not exceed
public record Spread(double least, double median, double p90, double most) {
    /// @throws IllegalArgumentException when there are no values
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        return new Spread(
                sorted.getFirst(), quantile(sorted, 0.5), quantile(sorted, 0.9), sorted.getLast());
    }

    /// The least value that this share of all does not exceed.
    private static double quantile(List<Double> sorted, double share) {
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
