package io.flotilla.engine;

import io.flotilla.disk.Durable;
import io.flotilla.engine.EngineConfig.Durability;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The owner of one data directory: opens it, starts servers on it one after the other, repairs it in between.
///
/// Held by one JVM at a time (a lock on a file). Its methods are called by one thread at a time: the one that decides the
/// node's role.
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /// The length of a path in `sockaddr_un`, the final zero included.
    private static final int SOCKET_PATH_LIMIT = 108;

    private final EngineConfig config;
    private final EngineFiles files;
    private final ServerBinaries binaries;
    private final FileChannel lock;
    private final Path sockets;
    private final boolean namesSynchronous;
    private @Nullable Server server;

    /// The reign whose end was rolled back by this engine; another one, or none, must be before a start.
    private RunRecord.@Nullable End rolledBack;

    private Engine(
            EngineConfig config,
            EngineFiles files,
            ServerBinaries binaries,
            FileChannel lock,
            Path sockets,
            boolean namesSynchronous) {
        this.config = config;
        this.files = files;
        this.binaries = binaries;
        this.lock = lock;
        this.sockets = sockets;
        this.namesSynchronous = namesSynchronous;
    }

    /// Takes the directory, kills a server that still runs on it, and makes a first data directory when there is none.
    /// Starts nothing.
    ///
    /// @throws EngineException with one sentence for a person
    public static Engine open(EngineConfig config) throws InterruptedException {
        EngineFiles files = new EngineFiles(config.directory());
        try {
            Durable.createDirectory(files.root());
            FileChannel lock = lock(files);
            try {
                return open(config, files, lock);
            } catch (IOException | InterruptedException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new EngineException(
                    "The server's directory %s cannot be opened: %s"
                            .formatted(files.root(), e.getMessage()),
                    e);
        }
    }

    private static Engine open(EngineConfig config, EngineFiles files, FileChannel lock)
            throws IOException, InterruptedException {
        LeftoverServer.killAll(files.data());
        ServerBinaries binaries = ServerBinaries.provide(config);
        boolean fresh = !Files.exists(files.server());
        if (fresh) {
            new FirstDirectory(binaries, config.programs()).unpackInto(files);
        }
        boolean synchronous = makeNamesSynchronous(files.data());
        makeTemporaryDirectories(files);
        Disk.deleteTree(files.arriving());
        new KeptBase(files).recover();
        EngineConfig sound = soundOn(synchronous, config, files.data());
        return new Engine(sound, files, binaries, lock, sockets(files), synchronous);
    }

    private static FileChannel lock(EngineFiles files) throws IOException {
        FileChannel channel =
                FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new EngineException(
                    "Another Flotilla node uses the directory %s.".formatted(files.root()));
        }
        return channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            LOG.debug("another node of this JVM holds the lock", e);
            return false;
        }
    }

    private static boolean makeNamesSynchronous(Path data) throws IOException {
        boolean all = true;
        try (Stream<Path> paths = Files.walk(data)) {
            for (Path directory : paths.filter(Files::isDirectory).toList()) {
                all &= SystemCalls.makeDirectorySynchronous(directory);
            }
        }
        return all;
    }

    /// Where names are not synchronous, relaxed logs are not sound: 11 of 78 power cuts during DDL left a server that does
    /// not start, and 0 of 72 when it forced its logs at each commit (docs/notes/power-loss.md).
    private static EngineConfig soundOn(boolean synchronous, EngineConfig config, Path data) {
        if (synchronous || config.durability() == Durability.STRICT) {
            return config;
        }
        LOG.warn(
                "The file system of {} does not honour 'chattr +D' (ext4 and btrfs do): this node's server forces its"
                        + " own logs at each commit, as with engine.durability=strict, and writes are slower.",
                data);
        return config.withDurability(Durability.STRICT);
    }

    private static void makeTemporaryDirectories(EngineFiles files) throws IOException {
        Disk.deleteTree(files.tmp());
        Disk.createPrivate(files.tmp());
        Disk.createPrivate(files.scratch());
        Disk.createPrivate(files.empty());
    }

    private static Path sockets(EngineFiles files) throws IOException {
        String deepest = files.tmp().resolve("mariadbd.sock").toString();
        if (deepest.getBytes(StandardCharsets.UTF_8).length < SOCKET_PATH_LIMIT) {
            return files.tmp();
        }
        return Files.createTempDirectory("flotilla-");
    }

    /// Starts a server, always as a replica that can commit nothing by itself (I4), and returns when it answers.
    ///
    /// Before the process exists the record of the run says "following" (an unclean end from now on), unless it says
    /// "leading" (then [Recovery#rollBackFormerLeader] must have run) or that the data are new here: that stays until
    /// [ReplicaControl#settle] has made the position durable.
    ///
    /// @throws EngineException when it does not start; nothing runs then
    public Server start() throws InterruptedException {
        return start(ServerFlags::serving);
    }

    /// Starts a server that only recovers, and stops it: that forces a checkpoint. Without it a second crash around DDL
    /// can leave InnoDB unable to start, about 1% of kills (measured).
    ///
    /// @throws EngineException when it does not start; nothing runs then
    public void recover() throws InterruptedException {
        start(ServerFlags::recovering).stopAfterRecovery();
    }

    @FunctionalInterface
    private interface Flags {
        List<String> of(EngineConfig config, EngineFiles files, Path socket, Path initFile);
    }

    private Server start(Flags flags) throws InterruptedException {
        requireNoServer();
        requireRolledBack();
        Path socket = sockets.resolve("mariadbd.sock");
        Accounts accounts = Accounts.random(socket);
        Path initFile = sockets.resolve("init.sql");
        RunLedger ledger = ledger();
        ledger.starting(files.highestBinlogFile());
        try {
            List<String> list = flags.of(config, files, socket, initFile);
            Server started =
                    Server.start(config, files, binaries, accounts, initFile, list, ledger);
            server = started;
            return started;
        } catch (IOException e) {
            throw new EngineException("The server cannot be started: " + e.getMessage(), e);
        }
    }

    /// Puts the server's directory aside and a first data directory in its place; only while no server runs. A crash in
    /// between leaves none, and [#open] makes one.
    ///
    /// @return where the old data are, until the next call
    public Path renew() throws InterruptedException {
        requireNoServer();
        try {
            Path aside = files.putAside();
            new FirstDirectory(binaries, config.programs()).unpackInto(files);
            makeNamesSynchronous(files.data());
            return aside;
        } catch (IOException e) {
            throw new EngineException(
                    "A first data directory cannot be put in place: " + e.getMessage(), e);
        }
    }

    /// An empty directory beside the server's, for a copy of another node's data; one at a time, and what a former
    /// attempt left is removed.
    public Replacement replacement() {
        try {
            return Replacement.begin(files, files.arriving());
        } catch (IOException e) {
            throw new EngineException(
                    "There is no place for another node's data: " + e.getMessage(), e);
        }
    }

    /// The copy this node keeps to begin anew from.
    public KeptBase base() {
        return new KeptBase(files);
    }

    /// Puts a finished copy in the place of the server's directory; only while no server runs. A crash in between leaves
    /// none, and [#open] makes a first one.
    ///
    /// @return where the old data are, until the next call
    public Path install(Replacement replacement) {
        requireNoServer();
        try {
            Path aside = replacement.install();
            makeNamesSynchronous(files.data());
            return aside;
        } catch (IOException e) {
            throw new EngineException(
                    "Another node's data cannot be put in place: " + e.getMessage(), e);
        }
    }

    /// What may only be done while no server runs.
    ///
    /// @throws IllegalStateException when one does
    public Recovery recovery() {
        requireNoServer();
        return new Recovery(config, files, binaries, sockets, ledger(), end -> rolledBack = end);
    }

    /// On its own binlog a former leader commits what nobody has acknowledged, or refuses to start (docs/design.md, section 6).
    private void requireRolledBack() {
        RunRecord.End end = lastRun().end();
        if (end instanceof RunRecord.Leading && !end.equals(rolledBack)) {
            throw new IllegalStateException("a former leader is rolled back before it is started");
        }
    }

    private RunLedger ledger() {
        return new RunLedger(files.lastRun());
    }

    private void requireNoServer() {
        Server last = server;
        if (last != null && last.alive()) {
            throw new IllegalStateException("a server runs");
        }
    }

    /// What is known of the last run.
    public RunRecord lastRun() {
        return ledger().read();
    }

    /// MariaDB's data directory.
    public Path dataDirectory() {
        return files.data();
    }

    public ServerBinaries binaries() {
        return binaries;
    }

    /// Whether the file system makes changes of names durable at once (`chattr +D`); part of the power-loss promise.
    public boolean namesSynchronous() {
        return namesSynchronous;
    }

    /// Kills the server if one runs, and gives the directory free.
    @Override
    public void close() {
        try {
            Server last = server;
            if (last != null) {
                last.kill();
            }
            if (!sockets.equals(files.tmp())) {
                Disk.deleteTree(sockets);
            }
            lock.close();
        } catch (IOException e) {
            throw Disk.unchecked("closing the server's directory", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while killing the server", e);
        }
    }
}
