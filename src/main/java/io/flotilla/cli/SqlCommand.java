package io.flotilla.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sql",
        description = {
            "Runs SQL at any node of a fleet: what is typed, a script from standard input, or --execute.",
            "Statements end with ';'. '\\?' lists what the shell itself understands."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a statement failed; those after it were not run",
            "2:wrong usage"
        })
final class SqlCommand implements Callable<Integer> {
    @Mixin private NodesOption nodes;

    @Option(
            names = {"-D", "--db"},
            paramLabel = "NAME",
            defaultValue = "",
            description = "the database that unqualified names refer to")
    private String database;

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "SQL",
            description = "run these statements and end")
    private @Nullable String statements;

    @Override
    public Integer call() {
        SqlShell shell = new SqlShell(new SqlClient(nodes.nodes()), System.out, database);
        if (statements != null) {
            return shell.script(new SqlText(statements + "\n;")) ? 0 : 1;
        }
        if (Progress.onTerminal()) {
            SqlPrompt.run(shell);
            return 0;
        }
        return script(shell) ? 0 : 1;
    }

    private static boolean script(SqlShell shell) {
        SqlText text = new SqlText("");
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                text.add(line);
                if (!shell.script(text)) {
                    return false;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
        text.add(";");
        return shell.script(text);
    }
}
