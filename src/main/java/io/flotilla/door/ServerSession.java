package io.flotilla.door;

/// A connection to a server on which nothing was read yet: the next bytes from it are its greeting.
///
/// @param endpoint its end at this node, blocking
/// @param guarded whether it must be made read-only by a statement, since its server is not
/// @param release gives back what the session takes of a limit; called once
record ServerSession(Endpoint endpoint, Binding binding, boolean guarded, Runnable release)
        implements AutoCloseable {
    @Override
    public void close() {
        endpoint.close();
        release.run();
    }
}
