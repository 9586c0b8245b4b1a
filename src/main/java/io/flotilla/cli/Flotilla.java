package io.flotilla.cli;

import io.flotilla.engine.EngineException;
import io.flotilla.failure.FlotillaException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The commands, and what becomes of their failures.
@Command(
        name = "flotilla",
        description =
                "Keeps a fleet of MariaDB servers in step: what one acknowledged, a majority has.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            SqlCommand.class,
            UserCommand.class,
            TokenCommand.class,
            LoadCommand.class,
            DumpCommand.class,
            VerifyCommand.class,
            NodeCommand.class,
            CertsCommand.class,
            BenchCommand.class,
            ChaosCommand.class,
            TrainCommand.class,
            VersionCommand.class,
            HelpCommand.class
        },
        footerHeading = "%n",
        footer = {
            "'test' runs everything that CI runs: ./flotilla test",
            "'help COMMAND' or 'COMMAND --help' says more."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it failed; one sentence on standard error says why",
            "2:wrong usage"
        })
public final class Flotilla {
    private Flotilla() {}

    /// @return the exit code
    public static int run(String... arguments) {
        return NodeCommand.isPlain(arguments)
                ? runNode(Path.of(arguments[arguments.length - 1]))
                : runAny(arguments);
    }

    /// A node as machines start it. Not through the reader of command lines: that looks at all commands there are, which
    /// takes more processor time (0.6 s, and a fleet starts several nodes at once) than everything else until a node
    /// has read its configuration.
    private static int runNode(Path config) {
        try {
            return NodeCommand.run(config);
        } catch (FlotillaException | EngineException e) {
            System.err.println("flotilla: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static int runAny(String... arguments) {
        CommandLine commands = new CommandLine(new Flotilla());
        commands.setExecutionExceptionHandler(Flotilla::failed);
        answerHelpAndVersion(commands);
        if (arguments.length == 0) {
            commands.usage(System.out);
            return CommandLine.ExitCode.USAGE;
        }
        return commands.execute(arguments);
    }

    private static void answerHelpAndVersion(CommandLine commands) {
        CommandSpec command = commands.getCommandSpec();
        if (!command.helpCommand()) { // which knows --help by itself
            command.mixinStandardHelpOptions(true);
            command.versionProvider(() -> new String[] {VersionCommand.text()});
        }
        commands.getSubcommands().values().forEach(Flotilla::answerHelpAndVersion);
    }

    /// Expected failures are one sentence. Anything else is a mistake of ours, and shows where it was made.
    private static int failed(Exception e, CommandLine command, ParseResult parsed)
            throws Exception {
        if (!(e instanceof FlotillaException) && !(e instanceof EngineException)) {
            throw e;
        }
        command.getErr().println("flotilla: " + e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
