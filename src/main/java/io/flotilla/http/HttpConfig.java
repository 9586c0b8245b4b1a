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
/// @param version what `/status` says it runs
/// @param limits of requests
/// @param sql limits of statements
/// @param tls with what it speaks HTTPS; plain HTTP when empty
public record HttpConfig(
        InetSocketAddress listen,
        Set<String> hosts,
        boolean getWrites,
        String version,
        HttpLimits limits,
        SqlConfig sql,
        Optional<Tls> tls) {
    public HttpConfig {
        hosts = Set.copyOf(hosts);
    }

    public static HttpConfig defaults(InetSocketAddress listen) {
        return new HttpConfig(
                listen,
                Set.of(),
                true,
                "unknown",
                HttpLimits.defaults(),
                SqlConfig.defaults(),
                Optional.empty());
    }
}
