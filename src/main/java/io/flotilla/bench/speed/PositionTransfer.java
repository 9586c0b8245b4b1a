package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The part of a Galera state transfer that carries no data: a server that joins is told that its own are good, and gets
/// what it lacks as write sets out of another's cache. A server whose data are too old for that does not join.
///
/// MariaDB starts it as `wsrep_sst_position` from the PATH, at both ends; its words are those of MariaDB's own methods.
final class PositionTransfer {
    /// For `wsrep_sst_method`.
    static final String METHOD = "position";

    /// The one that joins says where it waits, and then what it was told; the other tells. Both run on one machine and meet
    /// at a pipe beside this script.
    private static final String SCRIPT =
            """
            #!/bin/sh
            bypass=0
            while [ $# -gt 0 ]; do
                case $1 in
                    --role) role=$2; shift ;;
                    --address) address=$2; shift ;;
                    --gtid) gtid=$2; shift ;;
                    --bypass) bypass=1 ;;
                    --mysqld-args) break ;;
                esac
                shift
            done
            place=$(dirname "$0")
            if [ "$role" = joiner ]; then
                mkfifo "$place/$$"
                echo "ready 127.0.0.1/$$"
                timeout 60 cat "$place/$$"
                rm "$place/$$"
            elif [ "$bypass" = 1 ]; then
                echo "$gtid" > "$place/${address##*/}"
                echo "done $gtid"
            else
                echo "no data are given here" >&2
                exit 1
            fi
            """;

    private PositionTransfer() {}

    /// Writes the program.
    ///
    /// @param directory for the PATH of all servers of a cluster; made when it is not there
    static Path write(Path directory) throws IOException {
        Path script = Files.createDirectories(directory).resolve("wsrep_sst_" + METHOD);
        Files.writeString(script, SCRIPT);
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot be made executable: " + script);
        }
        return script;
    }
}
