package io.flotilla.binlog;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/// Gathers the bytes of one transaction after the other, and cuts them into slices.
///
/// A slice goes out when it is full and more follows, or when the transaction ends: so a transaction is never held in
/// memory as a whole.
final class TransactionCutter {
    private final Consumer<Slice> slices;

    private byte[] bytes = new byte[Slice.MAX_BYTES];
    private int fill;
    private Gtid gtid = Gtid.NONE;
    private int flags;
    private boolean first;

    TransactionCutter(Consumer<Slice> slices) {
        this.slices = slices;
    }

    void begin(Gtid gtid, int flags) {
        this.gtid = gtid;
        this.flags = flags;
        first = true;
        fill = 0;
    }

    /// Adds `length` bytes of `source` from `at` on.
    ///
    /// @param position where the last whole event ends
    void append(ByteBuffer source, int at, int length, FilePosition position) {
        int from = at;
        int left = length;
        while (left > 0) {
            if (fill == bytes.length) {
                cut(position.now());
            }
            int part = Math.min(left, bytes.length - fill);
            source.get(from, bytes, fill, part);
            fill += part;
            from += part;
            left -= part;
        }
    }

    private void cut(BinlogPosition end) {
        slices.accept(new Slice(gtid, flags, first, false, end, bytes));
        bytes = new byte[Slice.MAX_BYTES];
        fill = 0;
        first = false;
    }

    /// The transaction is whole.
    void end(BinlogPosition end) {
        slices.accept(new Slice(gtid, flags, first, true, end, Arrays.copyOf(bytes, fill)));
    }
}
