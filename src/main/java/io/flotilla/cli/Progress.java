package io.flotilla.cli;

import java.io.Console;
import java.io.PrintStream;

/// Lines for a person who waits: on a terminal one line that changes, elsewhere a line per change.
final class Progress {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private String shown = "";

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    static Progress onStandardOutput() {
        return new Progress(System.out, onTerminal());
    }

    @SuppressWarnings(
            "SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    // (JDK-8351435)
    static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// What is going on; replaces what was said before.
    synchronized void now(String what) {
        if (what.equals(shown)) {
            return;
        }
        out.print(terminal ? CLEAR + what : what + "\n");
        out.flush();
        shown = what;
    }

    /// A line that stays.
    synchronized void line(String text) {
        out.print(terminal && !shown.isEmpty() ? CLEAR : "");
        out.println(text);
        out.flush();
        shown = "";
    }
}
