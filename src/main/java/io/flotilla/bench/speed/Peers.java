package io.flotilla.bench.speed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the programs of other systems are.
///
/// @param programs where this product's MariaDB server is unpacked: systems made of MariaDB run the same one
/// @param packages where the packages of what is no part of it are unpacked: `/` when they are installed
public record Peers(Path programs, Path packages) {
    public Peers {
        // A server's working directory is another than ours.
        programs = programs.toAbsolutePath();
        packages = packages.toAbsolutePath();
    }

    PlainServer.Program server() {
        Path unpacked = programs.resolve("mariadb-11.4.5");
        return new PlainServer.Program(unpacked.resolve("bin/mariadbd"), unpacked.resolve("share"));
    }

    /// The command line client, or `mariadb-dump`.
    Path client(String name) {
        return programs.resolve("mariadb-11.4.5/bin").resolve(name);
    }

    Path galera() {
        return packages.resolve("usr/lib/galera/libgalera_smm.so");
    }

    Path etcd() {
        return packages.resolve("usr/bin/etcd");
    }

    /// What a Galera cluster lacks on this machine.
    Optional<String> galeraObstacle() {
        if (!server().present()) {
            return Optional.of("no server at " + server().program());
        }
        return Files.isReadable(galera())
                ? Optional.empty()
                : Optional.of("no " + galera() + " (Debian: galera-4)");
    }
}
