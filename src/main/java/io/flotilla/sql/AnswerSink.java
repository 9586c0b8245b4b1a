package io.flotilla.sql;

import io.flotilla.failure.FlotillaException;
import java.io.IOException;

/// Takes the answers of some queries, one after the other. Used by one thread.
public interface AnswerSink {
    /// The next query is answered: takes its rows.
    RowSink rows() throws IOException;

    /// The next query was refused by the server; those after it are asked all the same.
    void failed(FlotillaException failure) throws IOException;
}
