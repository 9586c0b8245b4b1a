package io.flotilla.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds a server that a former life of this node has left running on the same data directory, and ends it.
///
/// A MariaDB server's working directory is its data directory. Processes of other users cannot be looked at; there
/// InnoDB's own lock on its files is the last guard.
final class LeftoverServer {
    private static final Logger LOG = LoggerFactory.getLogger(LeftoverServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path PROC = Path.of("/proc");

    private LeftoverServer() {}

    /// Kills every server of `data` with SIGKILL and returns when each is proved dead.
    ///
    /// @return how many there were
    static int killAll(Path data) throws IOException, InterruptedException {
        List<ProcessHandle> found = find(data);
        for (ProcessHandle server : found) {
            LOG.warn("a server of {} still runs as process {}: killing it", data, server.pid());
            server.destroyForcibly();
            awaitDeath(server);
        }
        return found.size();
    }

    static List<ProcessHandle> find(Path data) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        if (!Files.exists(data)) {
            return found;
        }
        Path real = data.toRealPath();
        long self = ProcessHandle.current().pid();
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self)
                .filter(process -> isServerOf(real, process.pid()))
                .forEach(found::add);
        return found;
    }

    private static boolean isServerOf(Path data, long pid) {
        try {
            Path process = PROC.resolve(Long.toString(pid));
            Path cwd = Files.readSymbolicLink(process.resolve("cwd"));
            Path program = Files.readSymbolicLink(process.resolve("exe"));
            return cwd.equals(data) && isServer(program);
        } catch (IOException e) {
            // Gone meanwhile, or another user's: not ours to kill.
            LOG.trace("process {} cannot be looked at", pid, e);
            return false;
        }
    }

    /// Also when the program's file was replaced ("... (deleted)").
    private static boolean isServer(Path program) {
        String name = String.valueOf(program.getFileName());
        return name.startsWith("mariadbd") || name.startsWith("mysqld");
    }

    private static void awaitDeath(ProcessHandle server) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!dead(server.pid())) {
            if (System.nanoTime() - end > 0) {
                throw new EngineException(
                        "Process %d, a server of this node's data directory, does not die."
                                .formatted(server.pid()));
            }
            Thread.sleep(2);
        }
    }

    /// A process that its parent has not collected is dead when none but its first thread is left of it, as a zombie.
    private static boolean dead(long pid) {
        Path process = PROC.resolve(Long.toString(pid));
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            return threads.count() <= 1 && zombie(Files.readString(process.resolve("stat")));
        } catch (IOException e) {
            LOG.trace("process {} is going", pid, e);
            return !Files.exists(process);
        }
    }

    private static boolean zombie(String stat) {
        // pid (name) state ...; the name may hold anything, also ')'.
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        return state == 'Z' || state == 'X';
    }
}
