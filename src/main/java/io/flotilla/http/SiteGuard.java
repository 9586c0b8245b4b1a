package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Keeps a web page of another site from writing through its visitor's browser, which may reach this node where the
/// page's author cannot. Nothing here is about programs: they can send any header, and need not.
///
/// Credentials make no exception: a browser that was once asked for some sends them with everything.
final class SiteGuard {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Set<String> hosts;

    /// @param hosts under which this node may be reached, besides addresses and `localhost`
    SiteGuard(Set<String> hosts) {
        this.hosts = new HashSet<>();
        this.hosts.add("localhost");
        hosts.forEach(host -> this.hosts.add(host.toLowerCase(Locale.ROOT)));
    }

    /// @throws FlotillaException `Forbidden` if the request came from a page of another site
    void refuseForeignWrite(Request request) {
        Optional<String> host = request.header("Host").map(SiteGuard::hostOf);
        if (host.isPresent() && !ours(host.get())) {
            throw new FlotillaException(
                    Failure.FORBIDDEN,
                    "this node is not known as "
                            + host.get()
                            + ": name it in the configuration to write under it");
        }
        if (fromAnotherSite(request, host)) {
            throw new FlotillaException(Failure.FORBIDDEN, "a page of another site may not write");
        }
    }

    /// A name that is not ours may be an attacker's that was made to point here (DNS rebinding). An address cannot be,
    /// whatever the port: a port that is mapped to ours by somebody is as good.
    private boolean ours(String host) {
        return hosts.contains(host) || host.startsWith("[") || IPV4.matcher(host).matches();
    }

    /// `Sec-Fetch-Site` says it; a browser too old to send that sends `Origin` with every write across sites.
    private static boolean fromAnotherSite(Request request, Optional<String> host) {
        Optional<String> site = request.header("Sec-Fetch-Site");
        if (site.isPresent()) {
            return site.get().equalsIgnoreCase("cross-site");
        }
        Optional<String> origin = request.header("Origin");
        return origin.isPresent() && !origin.flatMap(SiteGuard::originHost).equals(host);
    }

    private static Optional<String> originHost(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getHost())
                    .map(h -> h.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            // "null" and other oddities are no host of ours.
            return Optional.empty();
        }
    }

    /// The host of a `Host` header, in lower case, without its port or a final dot.
    private static String hostOf(String header) {
        String host = header.strip().toLowerCase(Locale.ROOT);
        int port = host.startsWith("[") ? host.indexOf("]:") + 1 : host.lastIndexOf(':');
        String name = port > 0 ? host.substring(0, port) : host;
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
