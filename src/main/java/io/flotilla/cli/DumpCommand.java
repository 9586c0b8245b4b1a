package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dump",
        description = {
            "Writes databases of a fleet as SQL, for './flotilla load' or any client of MariaDB.",
            "Each database is of one moment; tables, sequences, views, routines, triggers and events"
                    + " come along, accounts do not. Whole when its last line says so."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is whole",
            "1:it failed; one sentence on standard error says why",
            "2:wrong usage"
        })
final class DumpCommand implements Callable<Integer> {
    @Mixin private NodesOption nodes;

    @Parameters(paramLabel = "DATABASE", arity = "0..*", description = "all of them without any")
    private @Nullable List<String> databases;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "write into FILE, which must not be there, instead of standard output")
    private @Nullable Path file;

    @Override
    public Integer call() {
        Dump dump = new Dump(new SqlClient(nodes.nodes()));
        List<String> names = databases == null ? List.of() : databases;
        Path into = file;
        try {
            if (into == null) {
                dump.write(names, new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
            } else {
                try (Writer out =
                        Files.newBufferedWriter(
                                into, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
                    dump.write(names, out);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new FlotillaException(Failure.BAD_REQUEST, file + " is there already", e);
        } catch (IOException e) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE, "the dump was broken off: " + e.getMessage(), e);
        }
        return 0;
    }
}
