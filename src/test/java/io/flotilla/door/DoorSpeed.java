package io.flotilla.door;

import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import io.flotilla.sql.FakeReplica;
import io.flotilla.sql.LeadingServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much of a direct connection's throughput is left through the doors: sysbench over the server's unix socket, through
/// the leader's door, and through a follower's, in turn. Run by hand; needs sysbench.
///
/// Arguments: threads, seconds of each run, rounds, sysbench's workloads separated by commas.
final class DoorSpeed {
    private static final Pattern RATE =
            Pattern.compile("transactions:\\s+\\d+\\s+\\(([0-9.]+) per");

    private DoorSpeed() {}

    public static void main(String[] arguments) throws Exception {
        int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 6;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        List<String> works =
                arguments.length > 3
                        ? List.of(arguments[3].split(","))
                        : List.of("oltp_point_select", "oltp_insert");
        Path directory = Files.createTempDirectory("speed");
        try (LeadingServer server = LeadingServer.start(directory)) {
            server.execute("CREATE DATABASE app");
            server.execute("CREATE USER app@'%' IDENTIFIED BY 'secret'");
            server.execute("GRANT ALL ON app.* TO app@'%'");
            List<Member> members = List.of(member(1), member(2));
            FakeReplica leader =
                    new FakeReplica(1, members).leads(server.reign().at(server.server().socket()));
            FakeReplica follower = new FakeReplica(2, members).follows(1);
            try (PeerNetwork one = network(leader);
                    PeerNetwork two = network(follower);
                    MySqlDoors leading = doors(leader, one);
                    MySqlDoors following = doors(follower, two)) {
                Map<String, List<String>> ways = new HashMap<>();
                ways.put("direct", List.of("--mysql-socket=" + server.server().socket()));
                ways.put("leader", tcp(leading));
                ways.put("follower", tcp(following));
                sysbench("oltp_common", "prepare", ways.get("direct"), 1, 1);
                for (String work : works) {
                    measure(work, ways, threads, seconds, rounds);
                }
            }
        }
    }

    private static void measure(
            String work, Map<String, List<String>> ways, int threads, int seconds, int rounds)
            throws Exception {
        Map<String, List<Double>> rates = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String way : List.of("direct", "leader", "follower")) {
                double rate = sysbench(work, "run", ways.get(way), threads, seconds);
                rates.computeIfAbsent(way, name -> new ArrayList<>()).add(rate);
            }
        }
        double direct = mean(rates.get("direct"));
        rates.forEach((way, seen) -> {
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %-9s %8.0f/s  %3.0f%%  %s%n",
                    work,
                    way,
                    mean(seen),
                    100 * mean(seen) / direct,
                    seen);
        });
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private static double sysbench(
            String work, String command, List<String> way, int threads, int seconds)
            throws Exception {
        List<String> line = new ArrayList<>();
        line.add("sysbench");
        line.add(work);
        line.addAll(way);
        line.addAll(
                List.of(
                        "--mysql-user=app",
                        "--mysql-password=secret",
                        "--mysql-db=app",
                        "--tables=1",
                        "--table-size=10000",
                        "--db-ps-mode=disable",
                        "--threads=" + threads,
                        "--time=" + seconds,
                        command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(out);
        }
        Matcher rate = RATE.matcher(out);
        return rate.find() ? Double.parseDouble(rate.group(1)) : 0;
    }

    private static List<String> tcp(MySqlDoors doors) {
        return List.of(
                "--mysql-host=127.0.0.1", "--mysql-port=" + doors.readWritePort().orElseThrow());
    }

    private static Member member(int id) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Member(
                    new NodeId(id),
                    "localhost",
                    socket.getLocalPort(),
                    URI.create("http://localhost:" + (8000 + id)));
        }
    }

    private static PeerNetwork network(FakeReplica replica) throws Exception {
        int port = replica.members().get(replica.self().number() - 1).port();
        return PeerNetwork.start(
                PeerConfig.of(
                        "doors",
                        replica.self(),
                        replica.members(),
                        new InetSocketAddress("localhost", port),
                        UUID.randomUUID()),
                PeerSecurity.plain());
    }

    private static MySqlDoors doors(FakeReplica replica, PeerNetwork network) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return MySqlDoors.open(
                new DoorConfig(
                        Optional.of(any),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        DoorLimits.DEFAULT),
                replica,
                network);
    }
}
