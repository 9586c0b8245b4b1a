package io.flotilla.sql;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Rows of a result as bytes.
final class CellBytes {
    private static final int END = 0;
    private static final int ROW = 1;

    private CellBytes() {}

    static void read(DataInputStream in, RowSink sink) throws IOException {
        int width = in.readInt();
        List<RowSink.Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            columns.add(new RowSink.Column(in.readUTF(), in.readUTF()));
        }
        sink.begin(columns);
        while (in.readByte() == ROW) {
            sink.beginRow();
            for (int column = 0; column < width; column++) {
                cell(in, column, sink);
            }
            sink.endRow();
        }
        sink.end();
    }

    private static void cell(DataInputStream in, int column, RowSink sink) throws IOException {
        char tag = (char) in.readByte();
        switch (tag) {
            case 'n' -> sink.nothing(column);
            case 'i' -> sink.integer(column, in.readLong());
            case 'b' -> sink.integer(column, new BigInteger(in.readNBytes(in.readInt())));
            case 'd' -> sink.real(column, in.readDouble());
            case 'f' -> sink.real(column, in.readFloat());
            case 't' ->
                    sink.text(
                            column,
                            new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
            case 'x' -> sink.bytes(column, in.readNBytes(in.readInt()));
            default -> throw new IOException("a cell of kind " + tag);
        }
    }

    record Writing(DataOutputStream out) implements RowSink {
        @Override
        public void begin(List<Column> columns) throws IOException {
            out.writeInt(columns.size());
            for (Column column : columns) {
                out.writeUTF(column.name());
                out.writeUTF(column.type());
            }
        }

        @Override
        public void beginRow() throws IOException {
            out.writeByte(ROW);
        }

        @Override
        public void nothing(int column) throws IOException {
            out.writeByte('n');
        }

        @Override
        public void integer(int column, long value) throws IOException {
            out.writeByte('i');
            out.writeLong(value);
        }

        @Override
        public void integer(int column, BigInteger value) throws IOException {
            bytes('b', value.toByteArray());
        }

        @Override
        public void real(int column, double value) throws IOException {
            out.writeByte('d');
            out.writeDouble(value);
        }

        @Override
        public void real(int column, float value) throws IOException {
            out.writeByte('f');
            out.writeFloat(value);
        }

        @Override
        public void text(int column, String value) throws IOException {
            bytes('t', value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void bytes(int column, byte[] value) throws IOException {
            bytes('x', value);
        }

        private void bytes(char tag, byte[] value) throws IOException {
            out.writeByte(tag);
            out.writeInt(value.length);
            out.write(value);
        }

        @Override
        public void endRow() {}

        @Override
        public void end() throws IOException {
            out.writeByte(END);
        }
    }
}
