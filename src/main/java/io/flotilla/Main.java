package io.flotilla;

import io.flotilla.cli.Flotilla;

/// Entry point: picks the subcommand.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Flotilla.run(arguments));
    }
}
