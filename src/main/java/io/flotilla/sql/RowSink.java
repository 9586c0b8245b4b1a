package io.flotilla.sql;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;

/// Takes the rows of a result, cell by cell, in the order of the columns. Used by one thread.
///
/// An `IOException` means that the receiver is gone: the reading stops at once and the exception is passed on.
public interface RowSink {
    /// Comes first, also when there are no rows.
    void begin(List<Column> columns) throws IOException;

    void beginRow() throws IOException;

    void nothing(int column) throws IOException;

    void integer(int column, long value) throws IOException;

    /// An integer beyond 63 bits.
    void integer(int column, BigInteger value) throws IOException;

    void real(int column, double value) throws IOException;

    void real(int column, float value) throws IOException;

    /// Text, and everything that is best written as text: decimals, ISO dates, JSON.
    void text(int column, String value) throws IOException;

    void bytes(int column, byte[] value) throws IOException;

    void endRow() throws IOException;

    /// Comes last, after the server has said that there are no more rows.
    void end() throws IOException;

    /// @param name as the server has it
    /// @param type the server's type in lower case, without its length: `int`, `varchar`, `blob`, ...
    record Column(String name, String type) {}
}
