package io.flotilla.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
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
        boolean terminal = Progress.onTerminal();
        // Whatever the locale says: what a script gives is read by programs.
        SqlShell shell =
                new SqlShell(
                        new SqlClient(nodes.nodes()),
                        new PrintStream(System.out, true, StandardCharsets.UTF_8),
                        new PrintStream(System.err, true, StandardCharsets.UTF_8),
                        terminal ? ResultTable.LINE : Integer.MAX_VALUE,
                        database);
        boolean done = true;
        if (statements != null) {
            done = last(shell, new SqlText(statements));
        } else if (terminal) {
            SqlPrompt.run(shell);
        } else {
            done = script(shell);
        }
        shell.close();
        return done ? 0 : 1;
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
                if (shell.ended()) {
                    return true;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
        return last(shell, text);
    }

    /// What is left needs no `;`, but it must be whole.
    private static boolean last(SqlShell shell, SqlText text) {
        text.end();
        return shell.script(text) && (shell.ended() || shell.isWhole(text));
    }
}
