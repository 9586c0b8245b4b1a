package io.flotilla.binlog;

/// A place in the binlog of one server: a file name such as `bin.000007` and the offset just after an event.
///
/// @param file never empty
/// @param offset unsigned 32 bits in the events, counted from the start of the file
public record BinlogPosition(String file, long offset) {
    public BinlogPosition {
        if (file.isEmpty() || offset < 0) {
            throw new IllegalArgumentException("not a binlog position: '" + file + "':" + offset);
        }
    }

    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
