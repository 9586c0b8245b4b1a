package io.flotilla.binlog;

import java.nio.file.Path;

/// Where a [Tap] finds our own server, and as whom it logs in.
///
/// @param socket the server's unix socket
/// @param user an account of the server with `REPLICATION SLAVE` and `mysql_native_password`
/// @param password may be empty
public record TapAddress(Path socket, String user, String password) {
    /// Without the password: addresses end up in logs.
    @Override
    public String toString() {
        return user + "@" + socket;
    }
}
