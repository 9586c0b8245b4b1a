package io.flotilla.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Says which Flotilla this is, and on which Java it runs.")
final class VersionCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.println(text());
        return 0;
    }

    static String text() {
        return "Flotilla "
                + version()
                + ", Java "
                + Runtime.version()
                + ", "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch");
    }

    /// From the jar; classes that were not packaged have none.
    static String version() {
        return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("not packaged");
    }
}
