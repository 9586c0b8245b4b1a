package io.flotilla.bench.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/// One system under load: started, with the table and its rows, until it is closed.
interface Contestant extends AutoCloseable {
    /// A new client's connection.
    Session open() throws IOException;

    /// All processes of it that run now.
    Collection<Long> processes();

    /// Where its data lie.
    Path directory();

    /// Waits until every replica has applied every write that was acknowledged.
    void awaitApplied();

    @Override
    void close();
}
