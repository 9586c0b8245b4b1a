package io.flotilla.cli;

import io.flotilla.engine.EngineConfig;
import io.flotilla.engine.ServerBinaries;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;

/// What can be known to go wrong before anything is started; each in one sentence.
final class Preflight {
    /// The unpacked server, once per fleet.
    private static final long PROGRAM_BYTES = 400L << 20;

    /// A new node's data directory, log and room to work.
    private static final long NEW_NODE_BYTES = 500L << 20;

    /// A node that has its data already: below this its server would soon stop at a full disk.
    private static final long OLD_NODE_BYTES = 200L << 20;

    private Preflight() {}

    static void systemIsSupported(String system, String architecture) {
        boolean x64 = architecture.equals("amd64") || architecture.equals("x86_64");
        if (!system.toLowerCase(Locale.ROOT).equals("linux") || !x64) {
            throw refused(
                    "the MariaDB server that comes with Flotilla runs on Linux x86-64 only; this is "
                            + system
                            + " "
                            + architecture);
        }
    }

    /// @param numbers the nodes that are to be started
    static void portsAreFree(FleetPlan plan, Collection<Integer> numbers) {
        for (int number : numbers) {
            portIsFree(plan.httpPort(number), "--http-port");
            portIsFree(plan.sqlPort(number), "--sql-port");
            portIsFree(plan.readOnlyPort(number), "--ro-port");
            portIsFree(plan.raftPort(number), "--raft-port");
        }
    }

    private static void portIsFree(int port, String option) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(FleetPlan.BIND), port));
        } catch (IOException e) {
            String by = PortOwner.of(port).map(owner -> " by " + owner).orElse("");
            throw refused(
                    "port "
                            + port
                            + " is in use"
                            + by
                            + "; stop that program or choose other ports with "
                            + option);
        }
    }

    static void diskHasRoom(FleetDirectory directory, FleetPlan plan) {
        long needed = Files.exists(directory.programs()) ? 0 : PROGRAM_BYTES;
        for (int number : plan.numbers()) {
            needed += Files.exists(directory.node(number)) ? OLD_NODE_BYTES : NEW_NODE_BYTES;
        }
        long free = freeBytes(directory.root());
        if (free < needed) {
            throw refused(
                    "there is too little room for "
                            + directory.root()
                            + ": "
                            + (free >> 20)
                            + " MiB free, "
                            + (needed >> 20)
                            + " MiB needed");
        }
    }

    private static long freeBytes(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw refused(there + " is not a directory that can be written to");
        }
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Unpacks the server when that has not been done, and runs it once to see that its libraries are there.
    ///
    /// @throws io.flotilla.engine.EngineException with one sentence
    static void serverRuns(FleetDirectory directory) {
        ServerBinaries.provide(
                EngineConfig.withDefaults(directory.node(1), 1, directory.programs()));
    }

    private static FlotillaException refused(String why) {
        return new FlotillaException(Failure.BAD_REQUEST, why);
    }
}
