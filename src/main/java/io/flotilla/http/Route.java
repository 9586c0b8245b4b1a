package io.flotilla.http;

/// One method of one path.
///
/// @param method `GET` answers `HEAD` too, unless it writes
/// @param path exact, where `{x}` stands for any one part; or, ending in `/*`, everything below
/// @param writes whether it changes something: browsers of other sites may not
/// @param keyed whether it keeps an `Idempotency-Key`; else a request with one is refused
/// @param open whether pages of any site may use it (CORS)
/// @param essential whether it is answered under overload too
/// @param gate who may use it
record Route(
        String method,
        String path,
        boolean writes,
        boolean keyed,
        boolean open,
        boolean essential,
        Gate gate,
        Handler handler) {
    /// Who may use a route.
    enum Gate {
        /// Anybody, also without credentials.
        OPEN,
        /// Whoever the server logs in, with the rights it gives: checked where the request's work is done.
        SERVER,
        /// Any account: checked by this node before.
        ACCOUNT
    }

    static Route read(String method, String path, Handler handler) {
        return new Route(method, path, false, false, true, false, Gate.SERVER, handler);
    }

    static Route write(String method, String path, Handler handler) {
        return new Route(method, path, true, false, true, false, Gate.SERVER, handler);
    }

    /// A write that is done once under an `Idempotency-Key`.
    static Route keyed(String method, String path, Handler handler) {
        return new Route(method, path, true, true, true, false, Gate.SERVER, handler);
    }

    /// For this node's own pages and for programs, also to read: what it answers is not for pages of other sites.
    static Route sameSite(String method, String path, Handler handler) {
        return new Route(method, path, true, false, false, false, Gate.SERVER, handler);
    }

    /// Health, status, metrics.
    static Route essential(String path, Handler handler) {
        return new Route("GET", path, false, false, true, true, Gate.ACCOUNT, handler);
    }

    /// The same for anybody: nothing but whether the node is there.
    static Route open(String path, Handler handler) {
        return new Route("GET", path, false, false, true, true, Gate.OPEN, handler);
    }

    /// Whether its path is one path and no other.
    boolean isExact() {
        return !path.endsWith("/*") && path.indexOf('{') < 0;
    }

    boolean matches(String requested) {
        if (path.endsWith("/*")) {
            return requested.startsWith(path.substring(0, path.length() - 1));
        }
        return isExact() ? requested.equals(path) : matchesParts(requested);
    }

    private boolean matchesParts(String requested) {
        String[] ours = path.split("/", -1);
        String[] theirs = requested.split("/", -1);
        if (ours.length != theirs.length) {
            return false;
        }
        for (int i = 0; i < ours.length; i++) {
            boolean any = ours[i].startsWith("{") && !theirs[i].isEmpty();
            if (!any && !ours[i].equals(theirs[i])) {
                return false;
            }
        }
        return true;
    }

    boolean serves(String requestMethod) {
        return method.equals(requestMethod)
                || (method.equals("GET") && requestMethod.equals("HEAD") && !writes);
    }
}
