package io.flotilla.cli;

import picocli.CommandLine.Option;

/// From where an account may log in; it is a part of its name.
final class HostOption {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "%",
            description = "from where it may log in, as the servers see it (default: %%, anywhere)")
    private String host;

    String host() {
        return host;
    }
}
