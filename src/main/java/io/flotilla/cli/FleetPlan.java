package io.flotilla.cli;

import io.flotilla.node.NodeConfig;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A fleet on one machine: node n has each first port plus n - 1.
///
/// @param fleet its name, drawn when its directory was made: nodes of two fleets never mistake each other
/// @param tls whether all its ports speak TLS, with certificates that `up` made
record FleetPlan(
        String fleet,
        int nodes,
        int httpPort,
        int sqlPort,
        int readOnlyPort,
        int raftPort,
        boolean tls) {
    static final int DEFAULT_NODES = 3;
    static final int DEFAULT_HTTP_PORT = 8001;
    static final int DEFAULT_SQL_PORT = 3301;
    static final int DEFAULT_READ_ONLY_PORT = 3401;
    static final int DEFAULT_RAFT_PORT = 9001;

    /// Only this machine reaches the nodes: there is no authentication yet.
    static final String BIND = "127.0.0.1";

    /// The account that a new fleet has.
    static final String ADMINISTRATOR = "app";

    FleetPlan {
        if (nodes < 1 || nodes > NodeConfig.MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "a fleet has 1 to " + NodeConfig.MAX_MEMBERS + " nodes, not " + nodes);
        }
        Set<Integer> taken = new HashSet<>();
        for (int first : List.of(httpPort, sqlPort, readOnlyPort, raftPort)) {
            if (first < 1 || first + nodes - 1 > 65_535) {
                throw new IllegalArgumentException(
                        "ports "
                                + first
                                + " to "
                                + (first + nodes - 1)
                                + " are not between 1 and 65535");
            }
            for (int port = first; port < first + nodes; port++) {
                if (!taken.add(port)) {
                    throw new IllegalArgumentException(
                            "port "
                                    + port
                                    + " would be used twice: the four ranges of ports must not overlap");
                }
            }
        }
    }

    /// Without TLS.
    FleetPlan(String fleet, int nodes, int httpPort, int sqlPort, int readOnlyPort, int raftPort) {
        this(fleet, nodes, httpPort, sqlPort, readOnlyPort, raftPort, false);
    }

    List<Integer> numbers() {
        return IntStream.rangeClosed(1, nodes).boxed().toList();
    }

    int httpPort(int node) {
        return httpPort + node - 1;
    }

    int sqlPort(int node) {
        return sqlPort + node - 1;
    }

    int readOnlyPort(int node) {
        return readOnlyPort + node - 1;
    }

    int raftPort(int node) {
        return raftPort + node - 1;
    }

    URI http(int node) {
        return URI.create((tls ? "https" : "http") + "://localhost:" + httpPort(node));
    }
}
