package io.flotilla.engine;

import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;

/// New connections to one start of the server over its unix socket.
///
/// [Connection#abort] of these connections closes the socket and nothing else. The driver's own opens another
/// connection and sends `KILL`, and a hard KILL lets a commit that waits for its acknowledgement through (I1; docs/design.md,
/// section 8). Connection pools abort when they are closed. `Statement.cancel` sends KILL QUERY and must not be used
/// at all.
///
/// [ServerSession#sendReset] makes the session as good as new (COM_RESET_CONNECTION): open transactions, locks, temporary
/// tables, variables of all kinds are gone; only its default database stays.
final class ServerDataSource implements DataSource, ClientSessions {
    private final Configuration configuration;
    private final ServerAccount account;
    private final Optional<ServerDataSource> keeper;

    /// @param patience how long a connection may wait for the server's next bytes; zero: for ever
    /// @param sessionVariables set on each new connection; may be empty
    ServerDataSource(ServerAccount account, Duration patience, String sessionVariables) {
        this(account, patience, sessionVariables, Optional.empty());
    }

    /// @param keeper where to read the fleet's own tables, if that is ever asked for
    ServerDataSource(
            ServerAccount account,
            Duration patience,
            String sessionVariables,
            Optional<ServerDataSource> keeper) {
        this.account = account;
        this.keeper = keeper;
        try {
            configuration =
                    Configuration.parse(url(account.socket(), patience, sessionVariables))
                            .clone(account.user(), account.password());
        } catch (SQLException e) {
            throw new EngineException("the driver refuses its URL", e);
        }
    }

    private static String url(Path socket, Duration patience, String sessionVariables) {
        String path = socket.toString();
        if (path.matches(".*[&?=#%\\s].*")) {
            throw new EngineException(
                    "The path %s cannot be used for the server's socket: no spaces, '&', '?', '=', '#' or '%%'."
                            .formatted(path));
        }
        String url =
                "jdbc:mariadb://127.0.0.1/?sslMode=disable&permitRedirect=false&allowLocalInfile=false&useResetConnection=true"
                        + "&socketFactory="
                        + UnixSocketFactory.class.getName()
                        + "&"
                        + UnixSocketFactory.PATH_OPTION
                        + "="
                        + path
                        + "&socketTimeout="
                        + patience.toMillis();
        return sessionVariables.isEmpty() ? url : url + "&sessionVariables=" + sessionVariables;
    }

    ServerAccount account() {
        return account;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return ServerConnection.open(configuration);
    }

    @Override
    public Connection open(String user, String password, InetAddress from) throws SQLException {
        UnixSocketFactory.prefix(proxyHeader(from));
        try {
            return ServerConnection.open(configuration.clone(user, password));
        } finally {
            UnixSocketFactory.prefix(null);
        }
    }

    @Override
    public Connection keeper() throws SQLException {
        return keeper.orElseThrow(
                        () -> new SQLFeatureNotSupportedException("it knows no keeper's account"))
                .getConnection();
    }

    /// Version 1 of the header. Ports and destination say nothing to the server.
    private static byte[] proxyHeader(InetAddress from) {
        boolean four = from instanceof Inet4Address;
        String address = from.getHostAddress();
        int scope = address.indexOf('%');
        return "PROXY %s %s %s 1 3306\r\n"
                .formatted(
                        four ? "TCP4" : "TCP6",
                        scope < 0 ? address : address.substring(0, scope),
                        four ? "127.0.0.1" : "::1")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the account is given");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("no log writer");
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("the patience is given");
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("SLF4J");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (isWrapperFor(type)) {
            return type.cast(this);
        }
        throw new SQLException("not a wrapper for " + type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
