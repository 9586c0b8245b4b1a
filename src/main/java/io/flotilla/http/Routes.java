package io.flotilla.http;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// All routes; the first that fits is taken.
record Routes(List<Route> all) {
    Routes {
        all = List.copyOf(all);
    }

    boolean knows(String path) {
        return all.stream().anyMatch(route -> route.matches(path));
    }

    Optional<Route> find(String method, String path) {
        return all.stream()
                .filter(route -> route.matches(path) && route.serves(method))
                .findFirst();
    }

    /// The methods of a path, as an `Allow` header says them.
    String allow(String path) {
        TreeSet<String> methods = new TreeSet<>();
        methods.add("OPTIONS");
        for (Route route : all) {
            if (route.matches(path)) {
                methods.add(route.method());
                if (route.serves("HEAD")) {
                    methods.add("HEAD");
                }
            }
        }
        return methods.stream().collect(Collectors.joining(", "));
    }

    boolean open(String path) {
        return all.stream().anyMatch(route -> route.matches(path) && route.open());
    }
}
