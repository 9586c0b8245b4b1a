package io.flotilla.bench.speed;

import io.flotilla.bench.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How data come to another server without this product: `mariadb-dump | mariadb`, both over unix sockets.
///
/// The server that is loaded is as relaxed as a node's (no binlog, its log forced once a second).
final class DumpAndLoad implements AutoCloseable {
    private final Peers peers;
    private final Path directory;
    private final PlainServer source;

    private DumpAndLoad(Peers peers, Path directory, PlainServer source) {
        this.peers = peers;
        this.directory = directory;
        this.source = source;
    }

    /// Starts a server and fills it.
    ///
    /// @param directory empty
    static DumpAndLoad prepare(Peers peers, Path directory, Filling filling) throws IOException {
        PlainServer source = server(peers, directory.resolve("source"));
        DumpAndLoad prepared = new DumpAndLoad(peers, directory, source);
        try {
            source.execute("USE " + PlainServer.DATABASE, Filling.table());
            List<String> all = new ArrayList<>(List.of("USE " + PlainServer.DATABASE));
            filling.inserts().forEach(all::add);
            source.execute(all.toArray(String[]::new));
            return prepared;
        } catch (IOException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    private static PlainServer server(Peers peers, Path directory) throws IOException {
        PlainServer.initialise(peers.server(), directory);
        int port = FreePorts.one();
        return PlainServer.start(
                peers.server(), directory, port, List.of("--innodb-flush-log-at-trx-commit=2"));
    }

    /// Of the table's file.
    long bytes() throws IOException {
        return Files.size(source.data(Filling.file(PlainServer.DATABASE)));
    }

    /// What [Filling#sum] gives here.
    String sum() throws IOException {
        return sum(source);
    }

    private static String sum(PlainServer server) throws IOException {
        return server.valueIn(PlainServer.DATABASE, Filling.sum());
    }

    /// Copies everything into a fresh server once; what is measured is the copying alone.
    ///
    /// @return nanoseconds
    ///
    /// @throws IOException when it fails, or the copy is not equal
    long copy() throws IOException {
        Path place = Files.createTempDirectory(directory, "t");
        try (PlainServer target = server(peers, place)) {
            Path log = place.resolve("copy.log");
            List<ProcessBuilder> both =
                    List.of(
                            client(
                                    "mariadb-dump",
                                    source,
                                    log,
                                    "--single-transaction",
                                    "--databases",
                                    PlainServer.DATABASE),
                            client("mariadb", target, log));
            both.getLast().redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            long began = System.nanoTime();
            for (Process process : ProcessBuilder.startPipeline(both)) {
                await(process, log);
            }
            long time = System.nanoTime() - began;
            if (!sum(target).equals(sum())) {
                throw new IOException("loaded " + sum(target) + " of " + sum());
            }
            return time;
        }
    }

    private ProcessBuilder client(String name, PlainServer server, Path log, String... options) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                peers.client(name).toString(),
                                "--no-defaults",
                                // A client of 11.4 wants TLS, which these servers have not.
                                "--skip-ssl",
                                "--socket=" + server.socket(),
                                "--user=" + PlainServer.USER,
                                "--default-character-set=utf8mb4"));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("MYSQL_PWD", PlainServer.PASSWORD);
        return builder;
    }

    private static void await(Process process, Path log) throws IOException {
        try {
            if (process.waitFor() != 0) {
                throw new IOException(
                        "ended with %d: %s".formatted(process.exitValue(), Files.readString(log)));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
