package io.flotilla.account;

import java.nio.file.Path;
import java.util.Optional;

/// The administrator that a fleet without accounts is given.
///
/// @param name which may log in from anywhere
/// @param passwordFile holds its password in its first line; empty for none, which only a node may have that nobody
///     reaches from another machine
public record AdministratorConfig(AccountName name, Optional<Path> passwordFile) {
    public AdministratorConfig {
        passwordFile = passwordFile.map(path -> path.toAbsolutePath().normalize());
    }
}
