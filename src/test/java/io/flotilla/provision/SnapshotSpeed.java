package io.flotilla.provision;

import io.flotilla.binlog.TapAddress;
import io.flotilla.engine.Engine;
import io.flotilla.engine.Replacement;
import io.flotilla.engine.Server;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// By hand: how fast a server's data come to another node, over loopback, with a writer on the donor all the time.
/// `java ... io.flotilla.provision.SnapshotSpeed DIRECTORY ROWS` (350 bytes a row).
final class SnapshotSpeed {
    private SnapshotSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                members.add(
                        new Member(
                                new NodeId(i),
                                "127.0.0.1",
                                free.getLocalPort(),
                                URI.create("http://localhost:" + i)));
            }
        }
        try (WrittenServer donor = new WrittenServer(directory.resolve("a"), 1);
                Engine receiver = Engine.open(WrittenServer.config(directory.resolve("b"), 2));
                PeerNetwork from = network(members, 0);
                PeerNetwork to = network(members, 1)) {
            long begin = System.nanoTime();
            for (int i = 0; i < Integer.parseInt(arguments[1]) / 20_000; i++) {
                donor.run(
                        "INSERT INTO app.t (a, b) SELECT seq * 7919 % 1000003, REPEAT(CHAR(97 + seq % 26), 290) FROM app.seq_1_to_20000");
            }
            System.out.printf("filled in %d ms%n", (System.nanoTime() - begin) / 1_000_000);
            Provision giving = Provision.serve(from, donor);
            Provision taking = Provision.serve(to, donor);
            donor.startWriting();
            for (int i = 0; i < 3; i++) {
                Replacement into = receiver.replacement();
                Transfer transfer = new Transfer();
                double rested = giving.counters().restedSeconds();
                begin = System.nanoTime();
                taking.fetch(
                        new NodeId(1),
                        new SnapshotRequest(0, false),
                        receiver.binaries().version(),
                        into,
                        transfer);
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.out.printf(
                        "%d MiB of files, %d MiB sent, in %.2f s: %.0f MB/s, durable; writes held for %.2f s of it%n",
                        transfer.expected() >> 20,
                        transfer.bytes() >> 20,
                        seconds,
                        transfer.expected() / 1e6 / seconds,
                        giving.counters().restedSeconds() - rested);
            }
            dumpAndLoad(donor.server(), receiver);
        }
    }

    /// The same with the programs that come with the server.
    private static void dumpAndLoad(Server from, Engine to) throws Exception {
        Server target = to.start();
        try (Connection connection = target.admin();
                Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL rpl_semi_sync_master_enabled=OFF");
            statement.execute("SET GLOBAL read_only=OFF");
            statement.execute("CREATE DATABASE app");
        }
        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                to.binaries().dump()
                                        + account(from)
                                        + " --single-transaction app | "
                                        + to.binaries().client()
                                        + account(target)
                                        + " app")
                        .inheritIO()
                        .start();
        int code = process.waitFor();
        double seconds = (System.nanoTime() - begin) / 1e9;
        long bytes =
                Long.parseLong(
                        WrittenServer.ask(
                                        from,
                                        "SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = 'app'")
                                .strip());
        System.out.printf(
                "mariadb-dump | mariadb ended with %d: %d MiB of data and indexes in %.2f s: %.0f MB/s%n",
                code, bytes >> 20, seconds, bytes / 1e6 / seconds);
    }

    private static String account(Server server) {
        TapAddress address = server.tapAddress();
        return " --no-defaults --skip-ssl -S %s -u %s -p%s"
                .formatted(address.socket(), address.user(), address.password());
    }

    private static PeerNetwork network(List<Member> members, int which) throws Exception {
        Member self = members.get(which);
        return PeerNetwork.start(
                PeerConfig.of(
                        "speed",
                        self.id(),
                        members,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), self.port()),
                        UUID.randomUUID()),
                PeerSecurity.plain());
    }
}
