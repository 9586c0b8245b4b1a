package io.flotilla.sql;

import io.flotilla.engine.ServerSession;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A server that says yes to everything and answers each question with one row of nothing, for what needs sessions and
/// no data. A test may have it fail where no server should.
final class QuietServer implements DataSource {
    private volatile @Nullable RuntimeException atClose;
    private volatile Consumer<String> atStatement = _ -> {};

    /// Closing a connection fails in a way that JDBC does not know.
    QuietServer failsToClose() {
        atClose = new IllegalStateException("the connection cannot be closed");
        return this;
    }

    /// Has something done, by the session's own thread, before each statement.
    void beforeEachStatement(Consumer<String> done) {
        atStatement = done;
    }

    @Override
    public Connection getConnection() {
        return proxy(
                Connection.class,
                (self, method, arguments) ->
                        switch (method.getName()) {
                            case "createStatement" -> statement("");
                            case "prepareStatement" -> statement((String) arguments[0]);
                            case "unwrap" -> new Silent();
                            case "close" -> closed();
                            default -> null;
                        });
    }

    private @Nullable Object closed() {
        RuntimeException failure = atClose;
        if (failure != null) {
            throw failure;
        }
        return null;
    }

    private PreparedStatement statement(String prepared) {
        return proxy(
                PreparedStatement.class,
                (self, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        atStatement.accept(arguments == null ? prepared : (String) arguments[0]);
                    }
                    return switch (method.getName()) {
                        case "executeQuery" -> row();
                        case "execute" -> false;
                        case "executeUpdate" -> 0;
                        default -> null;
                    };
                });
    }

    private static ResultSet row() {
        boolean[] given = new boolean[1];
        return proxy(
                ResultSet.class,
                (self, method, arguments) ->
                        switch (method.getName()) {
                            case "next" -> {
                                boolean first = !given[0];
                                given[0] = true;
                                yield first;
                            }
                            case "getLong" -> 0L;
                            case "getString" -> "";
                            case "getBytes" -> new byte[0];
                            default -> null;
                        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        QuietServer.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static final class Silent implements ServerSession {
        @Override
        public Optional<Tracked> tracked() {
            return Optional.empty();
        }

        @Override
        public boolean changed() {
            return false;
        }

        @Override
        public void sendReset(String then) {
            // There is nothing to reset.
        }
    }

    @Override
    public Connection getConnection(String user, String password) {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // It has nothing to say.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // It answers at once.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new IllegalArgumentException("it wraps no " + type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
