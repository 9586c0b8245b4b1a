package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "load",
        description = {
            "Loads a dump of mariadb-dump, mysqldump or './flotilla dump' into a fleet, at any node.",
            "Tables become InnoDB's; definers, locks, positions of a binlog and settings of another"
                    + " server are left out. Dumps of accounts and of the system's databases are refused."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of it is loaded",
            "1:a statement failed, which is named with its line; those before it stay done",
            "2:wrong usage"
        })
final class LoadCommand implements Callable<Integer> {
    private static final int BUFFER = 1 << 16;

    @Mixin private NodesOption nodes;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "the dump; standard input without it, or with '-'")
    private @Nullable Path file;

    @Option(
            names = {"-D", "--db"},
            paramLabel = "NAME",
            defaultValue = "",
            description = "the database for a dump that names none; made if it is not there")
    private String database;

    @Option(
            names = "--from-line",
            paramLabel = "LINE",
            defaultValue = "1",
            description =
                    "goes on there: what stands before was loaded already (its settings are applied)")
    private long from;

    private final Progress progress = new Progress(System.err, Progress.onTerminal());

    @Override
    public Integer call() throws InterruptedException {
        SqlClient client = new SqlClient(nodes.nodes());
        long began = System.nanoTime();
        Path path = file;
        try (InputStream in = open(path)) {
            long size = path == null || isStandardInput(path) ? 0 : Files.size(path);
            DumpLoad load = new DumpLoad(client, database, from, dump -> say(dump.bytes(), size));
            DumpText dump = new DumpText(in);
            if (!database.isEmpty()) {
                load.begin();
            }
            load.load(dump);
            progress.line(
                    "loaded %d statements, %d KiB in %.1f s; %d left out"
                            .formatted(
                                    load.statements(),
                                    dump.bytes() >> 10,
                                    (System.nanoTime() - began) / 1e9,
                                    load.leftOut()));
            return 0;
        } catch (NoSuchFileException e) {
            throw new FlotillaException(Failure.NOT_FOUND, "there is no file " + path, e);
        } catch (IOException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "the dump cannot be read: " + e.getMessage(), e);
        }
    }

    private void say(long bytes, long size) {
        if (Progress.onTerminal()) {
            progress.now(
                    size == 0
                            ? (bytes >> 10) + " KiB"
                            : (bytes >> 10) + " KiB, " + bytes * 100 / size + " %");
        }
    }

    private static boolean isStandardInput(Path file) {
        return file.toString().equals("-");
    }

    private static InputStream open(@Nullable Path file) throws IOException {
        return new BufferedInputStream(
                file == null || isStandardInput(file) ? System.in : Files.newInputStream(file),
                BUFFER);
    }
}
