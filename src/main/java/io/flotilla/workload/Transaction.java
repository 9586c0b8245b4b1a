package io.flotilla.workload;

import io.flotilla.bench.Outcome;
import java.util.List;

/// A transaction under way, over either protocol. By one thread. After a failure nothing but [#rollBack] may follow.
interface Transaction {
    /// The rows, each cell as text.
    List<List<String>> query(String sql) throws AbortedException;

    void execute(String sql) throws AbortedException;

    Outcome commit();

    /// As well as can be: a transaction nobody ends is ended by the server.
    void rollBack();

    /// Nothing of the transaction is there, nor ever will be: it failed before its commit was sent.
    final class AbortedException extends Exception {
        private static final long serialVersionUID = 1L;

        AbortedException(String why) {
            super(why);
        }

        AbortedException(Exception cause) {
            super(cause.toString(), cause);
        }
    }
}
