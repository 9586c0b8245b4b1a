package io.flotilla.engine;

import java.nio.file.Path;

/// An internal account of one start of the server, and where to use it.
///
/// @param socket the server's unix socket
/// @param user its name; the host part is always `localhost`
/// @param password random, of this start of the server only
public record ServerAccount(Path socket, String user, String password) {
    /// Without the password: accounts end up in logs.
    @Override
    public String toString() {
        return user + "@" + socket;
    }
}
