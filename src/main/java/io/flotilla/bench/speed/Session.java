package io.flotilla.bench.speed;

import java.io.IOException;
import java.util.List;

/// One client's connection. For one thread.
interface Session extends AutoCloseable {
    /// Runs these statements, in one transaction when `transaction`; returns when they are committed as the system
    /// promises it.
    ///
    /// @throws IOException when the system says no, or nothing
    void run(List<String> statements, boolean transaction) throws IOException;

    /// Never throws.
    @Override
    void close();
}
