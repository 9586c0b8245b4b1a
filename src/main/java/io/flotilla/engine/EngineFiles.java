package io.flotilla.engine;

import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where the engine keeps what, below the group's directory.
///
/// `server/` is one thing: the data directory and the record of its last run change places together when a rebuilt
/// server takes over.
record EngineFiles(Path root) {
    private static final Pattern BINLOG = Pattern.compile("bin\\.(\\d{6,})");

    Path server() {
        return root.resolve("server");
    }

    /// MariaDB's data directory.
    Path data() {
        return server().resolve("data");
    }

    /// See [RunRecord].
    Path lastRun() {
        return server().resolve("last-run");
    }

    /// What is being put together to take the place of [#server]; of no use until it does.
    Path arriving() {
        return root.resolve("server.new");
    }

    /// The data this node keeps to begin anew from: [KeptBase].
    Path base() {
        return root.resolve("base");
    }

    /// Data that could not be proved, for a person to look at.
    Path unproved() {
        return root.resolve("server.unproved");
    }

    /// Moves the server's directory away, if there is one.
    ///
    /// @return where it is, until the next call
    Path putAside() throws IOException {
        Disk.deleteTree(unproved());
        if (Files.exists(server())) {
            Durable.rename(server(), unproved());
        }
        return unproved();
    }

    Path tmp() {
        return root.resolve("tmp");
    }

    /// The server's own tmpdir: a starting mariadbd deletes every `#sql*` in it, also another server's live files
    /// (docs/notes/engine.md), so nobody shares it.
    Path scratch() {
        return tmp().resolve("scratch");
    }

    /// Stays empty: where files could be loaded from, and plugins.
    Path empty() {
        return tmp().resolve("empty");
    }

    Path log() {
        return root.resolve("mariadbd.log");
    }

    Path lock() {
        return root.resolve("engine.lock");
    }

    /// The greatest number of a binlog file that is there; 0 when there is none.
    long highestBinlogFile() {
        try (Stream<Path> paths = Files.list(data())) {
            return paths.mapToLong(path -> binlogNumber(String.valueOf(path.getFileName())))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw Disk.unchecked("the data directory cannot be listed", e);
        }
    }

    /// 42 for `bin.000042`; 0 for any other name.
    static long binlogNumber(String name) {
        Matcher matcher = BINLOG.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
