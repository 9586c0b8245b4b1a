package io.flotilla.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// All routes; the first that fits is taken.
final class Routes {
    private final List<Route> all;

    /// What fits the paths that routes name in full, which most requests ask for.
    private final Map<String, List<Route>> known = new HashMap<>();

    Routes(List<Route> all) {
        this.all = List.copyOf(all);
        for (Route route : all) {
            if (route.isExact()) {
                known.computeIfAbsent(route.path(), this::fitting);
            }
        }
    }

    List<Route> all() {
        return all;
    }

    private List<Route> fitting(String path) {
        return all.stream().filter(route -> route.matches(path)).toList();
    }

    private List<Route> at(String path) {
        List<Route> there = known.get(path);
        return there == null ? fitting(path) : there;
    }

    boolean knows(String path) {
        return !at(path).isEmpty();
    }

    Optional<Route> find(String method, String path) {
        for (Route route : at(path)) {
            if (route.serves(method)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    /// The methods of a path, as an `Allow` header says them.
    String allow(String path) {
        TreeSet<String> methods = new TreeSet<>();
        methods.add("OPTIONS");
        for (Route route : at(path)) {
            methods.add(route.method());
            if (route.serves("HEAD")) {
                methods.add("HEAD");
            }
        }
        return methods.stream().collect(Collectors.joining(", "));
    }

    boolean open(String path) {
        for (Route route : at(path)) {
            if (route.open()) {
                return true;
            }
        }
        return false;
    }
}
