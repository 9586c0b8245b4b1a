package io.flotilla.sql;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Collects every cell as text.
final class Cells implements RowSink {
    final List<String> all = new ArrayList<>();
    boolean ended;

    @Override
    public void begin(List<Column> columns) {}

    @Override
    public void beginRow() {}

    @Override
    public void nothing(int column) {
        all.add("NULL");
    }

    @Override
    public void integer(int column, long value) {
        all.add(Long.toString(value));
    }

    @Override
    public void integer(int column, BigInteger value) {
        all.add(value.toString());
    }

    @Override
    public void real(int column, double value) {
        all.add(Double.toString(value));
    }

    @Override
    public void real(int column, float value) {
        all.add(Float.toString(value));
    }

    @Override
    public void text(int column, String value) {
        all.add(value);
    }

    @Override
    public void bytes(int column, byte[] value) {
        all.add(value.length + " bytes");
    }

    @Override
    public void endRow() {}

    @Override
    public void end() {
        ended = true;
    }
}
