package io.flotilla.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// The shell at a terminal: lines are edited, and remembered in `~/.flotilla_history`, but not those that hold a password.
/// Ctrl-C drops what was typed, Ctrl-D ends.
final class SqlPrompt {
    private static final String SECRETS = "*IDENTIFIED*:*identified*:*PASSWORD*:*password*";

    private SqlPrompt() {}

    static void run(SqlShell shell) {
        Path history = Path.of(System.getProperty("user.home", "."), ".flotilla_history");
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            run(shell, terminal, history);
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be used", e);
        }
    }

    static void run(SqlShell shell, Terminal terminal, Path history) {
        LineReader reader =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .variable(LineReader.HISTORY_FILE, history)
                        .variable(LineReader.HISTORY_IGNORE, SECRETS)
                        // '!' is an operator here.
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                        .build();
        SqlText text = new SqlText("");
        while (!shell.ended() && read(reader, shell, text)) {
            shell.script(text);
        }
    }

    /// @return false at the end
    private static boolean read(LineReader reader, SqlShell shell, SqlText text) {
        try {
            String prompt = shell.prompt();
            text.add(
                    reader.readLine(
                            text.isBlank() ? prompt : " ".repeat(prompt.length() - 3) + "-> "));
            return true;
        } catch (UserInterruptException e) {
            text.clear();
            return true;
        } catch (EndOfFileException e) {
            return false;
        }
    }
}
