package io.flotilla.binlog;

/// Where a server's replica threads find a [Feed], in the words of `CHANGE MASTER TO`.
///
/// @param host always the loopback address
/// @param port a free port, new with each feed
/// @param user random, new with each feed
/// @param password random, new with each feed
public record FeedAddress(String host, int port, String user, String password) {
    /// Without the password: addresses end up in logs.
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
