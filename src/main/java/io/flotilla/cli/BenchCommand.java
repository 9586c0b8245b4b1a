package io.flotilla.cli;

import picocli.CommandLine.Command;

/// `./flotilla bench`: measures a fleet of its own on this machine.
@Command(
        name = "bench",
        description = "Measures a fleet of its own on this machine.",
        subcommands = BenchFailoverCommand.class)
final class BenchCommand {}
