package io.flotilla.engine;

import io.flotilla.engine.ServerExit.Cause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process of mariadbd: it dies with this JVM, is killed when it loses its binlog, and what it says is kept.
///
/// The JVM holds the writing end of a pipe; a shell that is a child of mariadbd waits at the other end and kills it when
/// the pipe breaks. The server is in a session of its own (`setsid`): Ctrl-C in a terminal reaches the JVM only, which
/// then stops things in order.
final class ServerProcess {
    /// The shell becomes mariadbd ("exec"), so that the process we know is the server itself. The watcher, its child,
    /// first looks whether that parent still lives: its number may have been given to somebody else by then. (read is a
    /// builtin: /proc/self is the watcher.)
    private static final String WRAPPER =
            """
            trap '' INT HUP QUIT TSTP
            exec 3<&0
            (
              exec >/dev/null 2>&1
              read -r line <&3
              read -r pid name state parent rest </proc/self/stat
              [ "$parent" = "$$" ] && kill -9 "$$"
            ) &
            exec "$@" </dev/null 3<&-
            """;

    /// I4: after "Turning logging off" mariadbd commits without asking anybody (sql/log.cc, MYSQL_BIN_LOG::new_file_impl).
    /// The others stand before it (seen on 11.4.5 when no file can be made): the earlier the kill, the better.
    private static final List<String> BINLOG_LOST =
            List.of(
                    "Turning logging off",
                    "MYSQL_BIN_LOG::open_purge_index_file failed",
                    "MYSQL_BIN_LOG::open_index_file failed");

    /// Said when a write has met a full disk and the thread begins to wait (mysys/errors.c, `wait_for_free_space`); nothing
    /// is said when it goes on.
    private static final String WAITS_FOR_ROOM = "Waiting for someone to free space";

    private static final String READY = "ready for connections";
    private static final int LINES_KEPT = 200;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    private final Process process;
    private final ServerLog log;
    private final Thread pump;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final CompletableFuture<ServerExit> exit = new CompletableFuture<>();
    private final AtomicReference<Cause> cause = new AtomicReference<>(Cause.DIED);
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final AtomicInteger waitsForRoom = new AtomicInteger();

    private ServerProcess(Process process, ServerLog log) {
        this.process = process;
        this.log = log;
        this.pump = Thread.ofPlatform().daemon().name("mariadbd-log").unstarted(this::pump);
    }

    static ServerProcess start(
            Path mariadbd, List<String> flags, Path workingDirectory, ServerLog log) {
        List<String> command = new ArrayList<>(wrapper());
        command.add(mariadbd.toString());
        command.addAll(flags);
        try {
            Process process =
                    ServerMemory.inLargePages(new ProcessBuilder(command))
                            .directory(workingDirectory.toFile())
                            .redirectErrorStream(true)
                            .start();
            ServerProcess server = new ServerProcess(process, log);
            server.pump.start();
            Thread.ofPlatform().daemon().name("mariadbd-exit").start(server::awaitEnd);
            return server;
        } catch (IOException e) {
            throw new EngineException("The server cannot be started: " + e.getMessage(), e);
        }
    }

    private static List<String> wrapper() {
        List<String> shell = List.of("/bin/sh", "-c", WRAPPER, "flotilla-server");
        return onPath("setsid")
                .map(setsid -> {
                    List<String> command = new ArrayList<>(List.of(setsid.toString()));
                    command.addAll(shell);
                    return List.copyOf(command);
                })
                .orElse(shell);
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /// Completes when the process is gone and all it said has been read.
    CompletableFuture<ServerExit> exit() {
        return exit;
    }

    /// Returns when the server has said that it accepts connections.
    ///
    /// @throws EngineException when it ended first, or the time is over (it is killed then)
    void awaitReady(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                kill();
                throw new EngineException(
                        "The server was not ready within %s and was killed; its last line: %s"
                                .formatted(patience, lastLine()));
            }
            if (readyWithin(left.compareTo(PROGRESS) < 0 ? left : PROGRESS)) {
                return;
            }
            LOG.info("the server is still starting: {}", lastLine());
        }
    }

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    private boolean readyWithin(Duration patience) throws InterruptedException {
        try {
            if (!ready.get(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                ServerExit how = exit.join();
                throw new EngineException(
                        "The server ended with code %d instead of starting: %s"
                                .formatted(how.code(), whatWentWrong(how)));
            }
            return true;
        } catch (TimeoutException e) {
            LOG.trace("not ready yet", e);
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it so", e);
        }
    }

    /// Returns when the server has ended by itself.
    ///
    /// @throws EngineException when it does not in time (it is killed then)
    ServerExit awaitExit(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new EngineException(
                    "The server did not end within %s and was killed; its last line: %s"
                            .formatted(patience, lastLine()));
        }
        return exit.join();
    }

    static String whatWentWrong(ServerExit how) {
        return how.lastLines().stream()
                .filter(line -> line.contains("[ERROR]") || line.contains("error while loading"))
                .reduce((first, second) -> first + " | " + second)
                .orElseGet(() ->
                        how.lastLines().isEmpty() ? "it said nothing" : how.lastLines().getLast());
    }

    /// SIGTERM, and SIGKILL when it takes longer than `patience`. A graceful stop lets waiting commits through without
    /// an acknowledgement (I4): the caller knows that none waits.
    ServerExit stop(Duration patience) throws InterruptedException {
        cause.compareAndSet(Cause.DIED, Cause.STOPPED);
        // Not Process.destroy: that closes the pipe as well, and the watcher would kill the server.
        process.toHandle().destroy();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("the server did not stop within {}: killing it", patience);
            return kill();
        }
        return exit.join();
    }

    /// SIGKILL; the process is proved dead (collected by this JVM) when it returns.
    ServerExit kill() throws InterruptedException {
        return kill(Cause.KILLED);
    }

    private ServerExit kill(Cause why) throws InterruptedException {
        if (process.isAlive()) {
            cause.set(why);
            process.toHandle().destroyForcibly();
        }
        if (!process.waitFor(KILL_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new EngineException(
                    "The server, process %d, was killed but does not die."
                            .formatted(process.pid()));
        }
        return exit.join();
    }

    private void pump() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the server's messages broke off", e);
        } finally {
            log.close();
            endUnheard();
        }
    }

    /// INVARIANT I4: a server that nobody hears might go on without its binlog; it does not outlive its messages.
    private void endUnheard() {
        try {
            if (!process.waitFor(LAST_WORDS)) {
                LOG.error("the server, process {}, is heard no more and was killed", process.pid());
                process.toHandle().destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the server says, one line. The watch for a lost binlog comes before everything else.
    void hear(String line) {
        if (BINLOG_LOST.stream().anyMatch(line::contains)) {
            cause.set(Cause.BINLOG_LOST);
            process.toHandle().destroyForcibly();
            LOG.error("the server lost its binlog and was killed: {}", line);
        }
        if (line.contains(WAITS_FOR_ROOM)) {
            waitsForRoom.incrementAndGet();
            LOG.warn("mariadbd: {}", line);
        }
        synchronized (lastLines) {
            if (lastLines.size() == LINES_KEPT) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line);
        }
        log.line(line);
        surface(line);
        if (line.contains(READY)) {
            ready.complete(true);
        }
    }

    private static void surface(String line) {
        if (line.contains("Can't init tc log") || line.endsWith("[ERROR] Aborting")) {
            // By design when a former leader is rolled back; else another error has said why.
            LOG.debug("mariadbd: {}", line);
        } else if (line.contains("[ERROR]")
                || line.contains("got signal")
                || line.contains("Assertion")) {
            LOG.error("mariadbd: {}", line);
        } else if (line.contains("[Warning]")) {
            LOG.debug("mariadbd: {}", line);
        }
    }

    /// How often a thread of the server has said that it waits for room on the disk.
    int waitsForRoom() {
        return waitsForRoom.get();
    }

    private String lastLine() {
        synchronized (lastLines) {
            return lastLines.isEmpty() ? "(it has said nothing)" : lastLines.getLast();
        }
    }

    List<String> lastLines() {
        synchronized (lastLines) {
            return List.copyOf(lastLines);
        }
    }

    private void awaitEnd() {
        int code = -1;
        try {
            code = process.waitFor();
            // What it said last is still in the pipe.
            pump.join(LAST_WORDS);
            process.getOutputStream().close();
        } catch (InterruptedException | IOException e) {
            LOG.error("the end of the server could not be waited for", e);
        } finally {
            exit.complete(new ServerExit(code, cause.get(), lastLines()));
            ready.complete(false);
        }
    }
}
