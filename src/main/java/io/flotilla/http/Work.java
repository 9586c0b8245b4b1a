package io.flotilla.http;

import io.flotilla.sql.Query;
import io.flotilla.sql.Write;

/// What a request asks for, read and found well-formed, before it is known where it will be done.
sealed interface Work {
    /// @param message what the client is told when it is done
    record Change(Write write, String message) implements Work {}

    record Read(Query query, Level level) implements Work {}
}
