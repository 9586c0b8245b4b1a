package io.flotilla.sql;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that a statement of a write gave, kept until it is known what became of the write. Rows beyond the limit are
/// left out, and [#complete] says so.
public final class BufferedRows {
    /// What a cell costs besides its content.
    private static final int CELL = 16;

    private final List<RowSink.Column> columns = new ArrayList<>();
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private final long limit;
    private long size;

    BufferedRows(long limitBytes) {
        limit = limitBytes;
    }

    boolean complete() {
        return size <= limit;
    }

    /// Gives all rows to a sink.
    public void copyTo(RowSink sink) throws IOException {
        sink.begin(columns);
        for (@Nullable Object[] row : rows) {
            sink.beginRow();
            for (int column = 0; column < row.length; column++) {
                give(row[column], column, sink);
            }
            sink.endRow();
        }
        sink.end();
    }

    private static void give(@Nullable Object cell, int column, RowSink sink) throws IOException {
        switch (cell) {
            case null -> sink.nothing(column);
            case Long number -> sink.integer(column, number.longValue());
            case BigInteger number -> sink.integer(column, number);
            case Double number -> sink.real(column, number.doubleValue());
            case Float number -> sink.real(column, number.floatValue());
            case String text -> sink.text(column, text);
            case byte[] bytes -> sink.bytes(column, bytes);
            default -> throw new IllegalStateException("a cell of " + cell.getClass());
        }
    }

    /// Takes the rows in.
    RowSink sink() {
        return new Keeping();
    }

    private final class Keeping implements RowSink {
        private @Nullable Object[] row = new Object[0];

        @Override
        public void begin(List<Column> heads) {
            columns.addAll(heads);
            row = new Object[heads.size()];
        }

        @Override
        public void beginRow() {
            Arrays.fill(row, null);
            size += (long) CELL * row.length;
        }

        private void put(int column, @Nullable Object value, int bytes) {
            size += bytes;
            if (size <= limit) {
                row[column] = value;
            }
        }

        @Override
        public void nothing(int column) {
            put(column, null, 0);
        }

        @Override
        public void integer(int column, long value) {
            put(column, value, 0);
        }

        @Override
        public void integer(int column, BigInteger value) {
            put(column, value, 0);
        }

        @Override
        public void real(int column, double value) {
            put(column, value, 0);
        }

        @Override
        public void real(int column, float value) {
            put(column, value, 0);
        }

        @Override
        public void text(int column, String value) {
            put(column, value, 2 * value.length());
        }

        @Override
        public void bytes(int column, byte[] value) {
            put(column, value, value.length);
        }

        @Override
        public void endRow() {
            if (size <= limit) {
                rows.add(row.clone());
            }
        }

        @Override
        public void end() {}
    }
}
