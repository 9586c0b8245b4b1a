package io.flotilla.engine;

import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.TapAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running mariadbd, from its readiness to the death of its process. Thread-safe, save that the steps of a change of
/// role ([#replica], [#leader]) belong to the one thread that decides the role.
public final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final EngineConfig config;
    private final ServerProcess process;
    private final Accounts accounts;
    private final AdminSessions sessions;
    private final RunLedger ledger;
    private final DiskControl disk;
    private final ReplicaControl replica;
    private final LeaderControl leader;
    private final DataFiles dataFiles;

    private Server(
            EngineConfig config,
            EngineFiles files,
            String version,
            ServerProcess process,
            Accounts accounts,
            RunLedger ledger) {
        this.config = config;
        this.process = process;
        this.accounts = accounts;
        this.ledger = ledger;
        this.sessions = new AdminSessions(accounts.admin(), config.statementPatience());
        this.disk = new DiskControl(sessions, files);
        this.replica = new ReplicaControl(sessions, disk, ledger);
        this.dataFiles = new DataFiles(sessions, files, ledger, version);
        this.leader = new LeaderControl(sessions, disk, ledger, files, config.followerServerId());
    }

    static Server start(
            EngineConfig config,
            EngineFiles files,
            ServerBinaries binaries,
            Accounts accounts,
            Path initFile,
            List<String> flags,
            RunLedger ledger)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        writePrivately(initFile, accounts.initScript());
        Files.deleteIfExists(accounts.admin().socket());
        ServerProcess process =
                ServerProcess.start(
                        binaries.mariadbd(),
                        flags,
                        files.data(),
                        new ServerLog(files.log(), config.logBytes(), config.logFiles()));
        Server server = new Server(config, files, binaries.version(), process, accounts, ledger);
        try {
            process.awaitReady(config.startPatience());
            server.sessions.value("SELECT 1");
        } catch (RuntimeException | InterruptedException e) {
            process.kill();
            throw e;
        } finally {
            Files.deleteIfExists(initFile);
        }
        LOG.info(
                "MariaDB {} is up after {} ms, process {}",
                binaries.version(),
                (System.nanoTime() - begin) / 1_000_000,
                process.pid());
        return server;
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Set<PosixFilePermission> mine =
                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(mine));
        Files.writeString(file, text);
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.alive();
    }

    /// Calls `listener` once, on a thread of its own, when the process is gone, whatever ended it; at once when it is
    /// gone already.
    public void onExit(Consumer<ServerExit> listener) {
        process.exit()
                .thenAcceptAsync(
                        listener, task -> Thread.ofVirtual().name("server-exit").start(task));
    }

    /// How often a thread of the server has said that it waits for room on a full disk. Each looks again only once a minute,
    /// however soon there is room, and says nothing when it goes on.
    public int waitsForRoom() {
        return process.waitsForRoom();
    }

    /// SIGKILL. The process is proved dead when it returns. The next start must recover.
    public ServerExit kill() throws InterruptedException {
        ServerExit exit = process.kill();
        sessions.close();
        return exit;
    }

    /// Stops in order and records the clean end with the server's position, which spares the next start its recovery.
    ///
    /// Only for a server that follows, or has been told to again ([LeaderControl#endReign]): a graceful stop lets waiting
    /// commits through unacknowledged (I4).
    ///
    /// @throws IllegalStateException if the record says that it leads
    public ServerExit stop() throws InterruptedException {
        if (ledger.read().end() instanceof RunRecord.Leading) {
            throw new IllegalStateException("a leading server is killed, not stopped (I6)");
        }
        replica.stopReplica();
        Gtid position = replica.gtidSlavePos();
        sessions.close();
        ServerExit exit = process.stop(config.stopPatience());
        if (exit.cause() == ServerExit.Cause.STOPPED && exit.code() == 0) {
            // InnoDB has flushed its own; table definitions and Aria's files are in the page cache.
            disk.syncFileSystem();
            ledger.clean(position);
        }
        return exit;
    }

    /// Stops in order a server that was only started to recover: nobody has used it, nothing waits. The record of the run
    /// stays as it is; the stop forces InnoDB's checkpoint.
    ServerExit stopAfterRecovery() throws InterruptedException {
        sessions.close();
        return process.stop(config.stopPatience());
    }

    /// A session with every right and `sql_log_bin=0`; nothing done on it reaches other nodes. The caller closes it.
    public Connection admin() throws SQLException {
        return sessions.open();
    }

    /// New sessions under the account of clients' statements over HTTP; not a pool. Reads wait for ever unless the
    /// session's network timeout is set (it closes the connection, without a KILL).
    ///
    /// A new object at each call: a role that begins takes its own, so that no session of the role before it is used (a
    /// session keeps the `server_id` it was opened under).
    public DataSource http() {
        ServerDataSource keeper = new ServerDataSource(accounts.keeper(), Duration.ZERO, "");
        return new ServerDataSource(accounts.http(), Duration.ZERO, "", Optional.of(keeper));
    }

    /// New sessions under the account that keeps this fleet's own tables (database `flotilla`); what they write on a leader
    /// is replicated like any write. A new object at each call, as with [#http].
    public DataSource keeper() {
        return new ServerDataSource(accounts.keeper(), Duration.ZERO, "");
    }

    /// New sessions under the account that makes clients' accounts; what it does on a leader is replicated like any write.
    /// A new object at each call, as with [#http].
    public DataSource registrar() {
        return new ServerDataSource(accounts.registrar(), Duration.ZERO, "");
    }

    /// The HTTP account's name and password, for whoever does not speak JDBC.
    public ServerAccount httpAccount() {
        return accounts.http();
    }

    /// For [io.flotilla.binlog.Tap#attach].
    public TapAddress tapAddress() {
        ServerAccount admin = accounts.admin();
        return new TapAddress(admin.socket(), admin.user(), admin.password());
    }

    public Path socket() {
        return accounts.admin().socket();
    }

    /// For copying its data while it runs.
    public DataFiles dataFiles() {
        return dataFiles;
    }

    public ReplicaControl replica() {
        return replica;
    }

    public LeaderControl leader() {
        return leader;
    }

    public DiskControl disk() {
        return disk;
    }
}
