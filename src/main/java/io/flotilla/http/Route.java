package io.flotilla.http;

/// One method of one path.
///
/// @param method `GET` answers `HEAD` too, unless it writes
/// @param path exact; or, ending in `/*`, everything below
/// @param writes whether it changes something: browsers of other sites may not
/// @param open whether pages of any site may use it (CORS)
/// @param essential whether it is answered under overload too
record Route(
        String method,
        String path,
        boolean writes,
        boolean open,
        boolean essential,
        Handler handler) {
    static Route read(String method, String path, Handler handler) {
        return new Route(method, path, false, true, false, handler);
    }

    static Route write(String method, String path, Handler handler) {
        return new Route(method, path, true, true, false, handler);
    }

    /// Health, status, metrics.
    static Route essential(String path, Handler handler) {
        return new Route("GET", path, false, true, true, handler);
    }

    boolean matches(String requested) {
        return path.endsWith("/*")
                ? requested.startsWith(path.substring(0, path.length() - 1))
                : requested.equals(path);
    }

    boolean serves(String requestMethod) {
        return method.equals(requestMethod)
                || (method.equals("GET") && requestMethod.equals("HEAD") && !writes);
    }
}
