package io.flotilla.engine;

import java.time.Duration;
import javax.sql.DataSource;

/// Sessions of a client's account on a server, without a door in between.
public final class ClientLogin {
    private ClientLogin() {}

    public static DataSource as(Server server, String user, String password) {
        return new ServerDataSource(
                new ServerAccount(server.socket(), user, password), Duration.ofSeconds(30), "");
    }
}
