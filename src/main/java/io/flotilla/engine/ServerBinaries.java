package io.flotilla.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The server's program on this machine: unpacked from the class path once, or a MariaDB that is installed.
///
/// @param mariadbd the server
/// @param client the command line client `mariadb`
/// @param dump `mariadb-dump`
/// @param systemTables the scripts that make the tables of the `mysql` database, in order
/// @param version as the server itself says
/// @param directory where what belongs to this program is kept (the first data directory)
public record ServerBinaries(
        Path mariadbd,
        Path client,
        Path dump,
        List<Path> systemTables,
        String version,
        Path directory) {
    static final List<String> SCRIPTS =
            List.of("mariadb_system_tables.sql", "mariadb_system_tables_data.sql");
    private static final List<String> OLD_SCRIPTS =
            List.of("mysql_system_tables.sql", "mysql_system_tables_data.sql");
    private static final List<String> SCRIPT_PLACES =
            List.of("share/mysql", "share/mariadb", "share", "scripts");
    private static final Object ONE_AT_A_TIME = new Object();

    public ServerBinaries {
        systemTables = List.copyOf(systemTables);
    }

    /// Finds the program, unpacking it (about 2 s) when this machine has not seen it yet. Several nodes may call this
    /// at once: one unpacks, the others wait.
    ///
    /// @throws EngineException with one sentence: another system than Linux x86-64, a missing library, a server of the
    ///     machine that is too old or not there, no space
    public static ServerBinaries provide(EngineConfig config) {
        ServerVersion.requireLinuxX64();
        return config.home()
                .map(home -> installed(home, config.programs()))
                .orElseGet(() -> packaged(config.programs()));
    }

    private static ServerBinaries packaged(Path programs) {
        try {
            Path directory = alone(programs, () -> PackagedServer.unpack(programs));
            Path bin = directory.resolve("bin");
            Path share = directory.resolve("share");
            Path mariadbd = bin.resolve("mariadbd");
            return new ServerBinaries(
                    mariadbd,
                    bin.resolve("mariadb"),
                    bin.resolve("mariadb-dump"),
                    SCRIPTS.stream().map(share::resolve).toList(),
                    ServerVersion.of(mariadbd).toString(),
                    directory);
        } catch (IOException e) {
            throw new EngineException(
                    "The MariaDB server cannot be unpacked into %s: %s"
                            .formatted(programs, e.getMessage()),
                    e);
        }
    }

    private static ServerBinaries installed(Path home, Path programs) {
        Path mariadbd = program(home, "mariadbd", "mysqld");
        ServerVersion version = ServerVersion.of(mariadbd);
        if (version.compareTo(ServerVersion.OLDEST) < 0) {
            throw new EngineException(
                    "%s is MariaDB %s; Flotilla needs %s or newer."
                            .formatted(mariadbd, version, ServerVersion.OLDEST));
        }
        return new ServerBinaries(
                mariadbd,
                program(home, "mariadb", "mysql"),
                program(home, "mariadb-dump", "mysqldump"),
                installedScripts(home),
                version.toString(),
                programs.resolve("installed-mariadb-" + version));
    }

    private static Path program(Path home, String... names) {
        return Stream.of(names)
                .flatMap(name ->
                        Stream.of("sbin", "bin", "libexec").map(d -> home.resolve(d).resolve(name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new EngineException(
                                "There is no %s under %s (engine.home)."
                                        .formatted(names[0], home)));
    }

    private static List<Path> installedScripts(Path home) {
        return Stream.of(SCRIPTS, OLD_SCRIPTS)
                .flatMap(names ->
                        SCRIPT_PLACES.stream().map(place -> scripts(home.resolve(place), names)))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() ->
                        new EngineException(
                                "There is no %s under %s (engine.home)."
                                        .formatted(SCRIPTS.getFirst(), home)));
    }

    private static Optional<List<Path>> scripts(Path place, List<String> names) {
        List<Path> files = names.stream().map(place::resolve).toList();
        return files.stream().allMatch(Files::isReadable) ? Optional.of(files) : Optional.empty();
    }

    /// Runs a step of which only one may be under way on this machine.
    static <T> T alone(Path programs, Step<T> step) throws IOException {
        Files.createDirectories(programs);
        // A file lock belongs to the process: within it, the monitor.
        synchronized (ONE_AT_A_TIME) {
            try (FileChannel channel =
                            FileChannel.open(
                                    programs.resolve("unpack.lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("the lock on " + programs + " was lost");
                }
                return step.run();
            }
        }
    }

    interface Step<T> {
        T run() throws IOException;
    }
}
