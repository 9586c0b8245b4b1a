package io.flotilla.cli;

import picocli.CommandLine.Command;

/// `./flotilla bench`: measures a fleet of its own on this machine.
@Command(
        name = "bench",
        description = "Measures fleets of its own on this machine, alone and beside their peers.",
        subcommands = {
            BenchSpeedCommand.class,
            BenchFailoverCommand.class,
            BenchHandoverCommand.class,
            BenchRebuildCommand.class,
            BenchStartCommand.class
        })
final class BenchCommand {}
