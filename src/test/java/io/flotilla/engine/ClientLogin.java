package io.flotilla.engine;

import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;

/// Sessions of a client's account on a server, without a door in between.
public final class ClientLogin {
    private ClientLogin() {}

    public static DataSource as(Server server, String user, String password) {
        return at(server.socket(), user, password);
    }

    /// @param socket of a server
    public static DataSource at(Path socket, String user, String password) {
        return new ServerDataSource(
                new ServerAccount(socket, user, password), Duration.ofSeconds(30), "");
    }
}
