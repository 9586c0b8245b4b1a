package io.flotilla.binlog;

/// A place in the binlog of one server: a file name such as `bin.000007` and the offset just after an event.
///
/// @param file never empty
/// @param offset unsigned 32 bits in the events, counted from the start of the file
public record BinlogPosition(String file, long offset) implements Comparable<BinlogPosition> {
    public BinlogPosition {
        if (file.isEmpty() || offset < 0) {
            throw new IllegalArgumentException("not a binlog position: '" + file + "':" + offset);
        }
    }

    /// The order in which one server writes: a file's number has at least six digits, and more when it needs them.
    @Override
    public int compareTo(BinlogPosition other) {
        int byLength = Integer.compare(file.length(), other.file.length());
        if (byLength != 0) {
            return byLength;
        }
        int byName = file.compareTo(other.file);
        return byName != 0 ? byName : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return file + ":" + offset;
    }
}
