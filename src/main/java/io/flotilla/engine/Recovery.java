package io.flotilla.engine;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done to a data directory after an unclean end, while no server runs (docs/design.md, section 6).
///
/// Every step may be done again after a crash in the middle of it.
public final class Recovery {
    /// What InnoDB says at a start that has to recover.
    private static final Pattern LAST_POSITION =
            Pattern.compile("Last binlog file '([^']+)', position (\\d+)");

    /// Said by the heuristic recovery when it is done (sql/log.cc, TC_LOG::using_heuristic_recover).
    private static final String ROLLED_BACK = "Please restart without --tc-heuristic-recover";

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final EngineConfig config;
    private final EngineFiles files;
    private final ServerBinaries binaries;
    private final Path sockets;
    private final RunLedger ledger;
    private final Consumer<RunRecord.End> rolledBack;

    Recovery(
            EngineConfig config,
            EngineFiles files,
            ServerBinaries binaries,
            Path sockets,
            RunLedger ledger,
            Consumer<RunRecord.End> rolledBack) {
        this.config = config;
        this.files = files;
        this.binaries = binaries;
        this.sockets = sockets;
        this.ledger = ledger;
        this.rolledBack = rolledBack;
    }

    /// Deletes empty files named `*-` in the databases' directories: the server's DDL log makes unsynced backup copies of
    /// triggers' and views' files under such names, and recovery would put them over the good ones.
    ///
    /// @return how many there were
    public int removeEmptyDdlLeftovers() {
        int removed = 0;
        try (Stream<Path> paths = Files.walk(files.data(), 2)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                if (String.valueOf(path.getFileName()).endsWith("-") && Files.size(path) == 0) {
                    Files.delete(path);
                    Durable.syncName(path);
                    LOG.info("removed {}, an empty copy that DDL left behind", path);
                    removed++;
                }
            }
        } catch (IOException e) {
            throw Disk.unchecked("the data directory cannot be cleaned", e);
        }
        return removed;
    }

    /// Deletes relay logs, what is known of the feed, and the binlog of a follower, in which nothing is: all of it is made
    /// anew at each start. (A binlog that a power loss has emptied keeps a server from starting.)
    public void removeReplicaFiles() {
        // Their numbers may not come again.
        ledger.seen(files.highestBinlogFile());
        delete(name ->
                name.startsWith("bin.")
                        || name.startsWith("relay.")
                        || name.startsWith("relay-log")
                        || name.startsWith("master")
                        || name.startsWith("multi-master"));
    }

    /// Rolls a former leader back to the last transaction that its engine has committed: deletes its binlog, and starts
    /// the server once so that it rolls back everything prepared.
    ///
    /// @return the end of the last transaction in the data, as a place in the binlog of the reign that wrote it; empty
    ///     when no transaction of any reign is there. A file with a number below the reign's first means that nothing of
    ///     the reign is in the data
    /// @throws EngineException when the server cannot be brought to that: rebuild
    public Optional<BinlogPosition> rollBackFormerLeader() throws InterruptedException {
        // Their numbers may not come again, and their names will be gone.
        ledger.seen(files.highestBinlogFile());
        delete(name -> name.startsWith("bin."));
        keepDdlLog();
        ServerExit exit = startOnceToRollBack();
        // The start makes a binlog of its own.
        delete(name -> name.startsWith("bin."));
        restoreDdlLog();
        try {
            Optional<BinlogPosition> kept = RollbackSegments.lastBinlogPosition(files.data());
            Optional<BinlogPosition> said = lastPosition(exit.lastLines());
            if (said.isPresent() && !said.equals(kept)) {
                throw new EngineException(
                        "InnoDB says that its last binlog position is %s, and keeps %s."
                                .formatted(said, kept));
            }
            rolledBack.accept(ledger.read().end());
            return kept;
        } catch (IOException e) {
            throw Disk.unchecked("InnoDB's files cannot be read", e);
        }
    }

    private ServerExit startOnceToRollBack() throws InterruptedException {
        ServerProcess process =
                ServerProcess.start(
                        binaries.mariadbd(),
                        ServerFlags.rollingBack(config, files, sockets.resolve("mariadbd.sock")),
                        files.data(),
                        new ServerLog(files.log(), config.logBytes(), config.logFiles()));
        ServerExit exit = process.awaitExit(config.startPatience());
        boolean done =
                exit.code() == 1
                        && exit.lastLines().stream().anyMatch(line -> line.contains(ROLLED_BACK));
        if (!done) {
            throw new EngineException(
                    "The former leader's server cannot be rolled back; it ended with code %d: %s"
                            .formatted(exit.code(), ServerProcess.whatWentWrong(exit)));
        }
        return exit;
    }

    /// The start that rolls back deletes the log of DDL under way, and with it the means to finish or undo a statement
    /// that was interrupted (seen: a RENAME of 60 tables stayed half done, 4 of 4; with the log put back it was whole,
    /// 3 of 3). A copy that is there already is the one to use: a crash came between the two steps.
    private void keepDdlLog() {
        try {
            if (Files.exists(ddlLog()) && !Files.exists(keptDdlLog())) {
                Durable.replace(keptDdlLog(), Files.readAllBytes(ddlLog()));
            }
        } catch (IOException e) {
            throw Disk.unchecked("the log of DDL under way cannot be kept", e);
        }
    }

    private void restoreDdlLog() {
        try {
            if (Files.exists(keptDdlLog())) {
                Durable.replace(ddlLog(), Files.readAllBytes(keptDdlLog()));
                Files.delete(keptDdlLog());
                // Were it back after a power loss, the next recovery would take it for its own.
                Durable.sync(files.server());
            }
        } catch (IOException e) {
            throw Disk.unchecked("the log of DDL under way cannot be put back", e);
        }
    }

    private Path ddlLog() {
        return files.data().resolve("ddl_recovery.log");
    }

    private Path keptDdlLog() {
        return files.server().resolve("ddl_recovery.kept");
    }

    static Optional<BinlogPosition> lastPosition(List<String> lines) {
        return lines.stream()
                .map(LAST_POSITION::matcher)
                .filter(Matcher::find)
                .map(match ->
                        new BinlogPosition(
                                baseName(match.group(1)), Long.parseLong(match.group(2))))
                .reduce((first, second) -> second);
    }

    private static String baseName(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    private void delete(Predicate<String> doomed) {
        try (Stream<Path> paths = Files.list(files.data())) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                if (doomed.test(String.valueOf(path.getFileName()))) {
                    Files.delete(path);
                }
            }
            Durable.sync(files.data());
        } catch (IOException e) {
            throw Disk.unchecked("the data directory cannot be cleaned", e);
        }
    }
}
