package io.flotilla.http;

import java.io.IOException;

/// Answers one kind of request.
@FunctionalInterface
interface Handler {
    /// @throws io.flotilla.failure.FlotillaException what the client is to be told
    /// @throws IOException if the client is gone
    void handle(Request request, Response response) throws IOException, InterruptedException;
}
