package io.flotilla.http;

import io.flotilla.sql.SqlConfig;
import io.flotilla.tls.Tls;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/// The HTTP door's configuration.
///
/// @param listen where it listens; port 0 takes a free one
/// @param hosts names, besides `localhost`, IP addresses and the members' own, under which clients may reach this node:
///     a browser that names another does not write (DNS rebinding)
/// @param getWrites whether the compatible GET forms that write exist (`compat.get-writes`)
/// @param authentication whether a request must say who it is from; else one that does not is the restricted
///     administrator's (`http.auth`)
/// @param version what `/status` says it runs
/// @param limits of requests
/// @param sql limits of statements
/// @param tls with what it speaks HTTPS; plain HTTP when empty
public record HttpConfig(
        InetSocketAddress listen,
        Set<String> hosts,
        boolean getWrites,
        boolean authentication,
        String version,
        HttpLimits limits,
        SqlConfig sql,
        Optional<Tls> tls) {
    public HttpConfig {
        hosts = Set.copyOf(hosts);
    }

    /// The same with another rule for who must say who it is.
    public HttpConfig withAuthentication(boolean required) {
        return new HttpConfig(listen, hosts, getWrites, required, version, limits, sql, tls);
    }

    /// The same with other limits of statements.
    public HttpConfig withSql(SqlConfig other) {
        return new HttpConfig(
                listen, hosts, getWrites, authentication, version, limits, other, tls);
    }

    public static HttpConfig defaults(InetSocketAddress listen) {
        return new HttpConfig(
                listen,
                Set.of(),
                true,
                false,
                "unknown",
                HttpLimits.defaults(),
                SqlConfig.defaults(),
                Optional.empty());
    }
}
