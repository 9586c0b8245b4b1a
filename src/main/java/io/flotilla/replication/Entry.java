package io.flotilla.replication;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.peer.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What one entry of the Raft log says; the codec of the log's content.
///
/// The layout is big-endian and versioned by its first byte; an entry of an unknown version is a programmer's or an
/// operator's error (a node older than its fleet) and stops the process, since a node that skips an entry is no copy.
sealed interface Entry {
    byte VERSION = 1;
    byte REIGN_START = 1;
    byte TRANSACTIONS = 2;

    /// The term the writer led in; equals the Raft term of the entry, or the entry is refused (I2).
    long term();

    /// A new leader begins.
    ///
    /// @param last the last transaction in the log before this entry; the first one of the reign has the next seq
    /// @param format the leader's FORMAT_DESCRIPTION event
    record ReignStart(long term, NodeId node, Gtid last, byte[] format) implements Entry {}

    /// A run of transactions; a large one continues in the next entries.
    ///
    /// @param previous the last seq that was complete before the first slice
    record Transactions(long term, long previous, List<Slice> slices) implements Entry {
        public Transactions {
            slices = List.copyOf(slices);
            if (slices.isEmpty()) {
                throw new IllegalArgumentException("an entry without slices");
            }
        }
    }

    /// @throws IllegalStateException if these bytes are no entry this version can read
    static Entry decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "log entry of format " + version + "; this node reads " + VERSION);
            }
            byte kind = in.get();
            return switch (kind) {
                case REIGN_START -> decodeReignStart(in);
                case TRANSACTIONS -> decodeTransactions(in);
                default -> throw new IllegalStateException("log entry of unknown kind " + kind);
            };
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException("log entry ends too early", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("log entry that cannot be: " + e.getMessage(), e);
        }
    }

    static byte[] encode(ReignStart start) {
        ByteBuffer out = ByteBuffer.allocate(2 + 8 + 4 + 16 + 4 + start.format.length);
        out.put(VERSION).put(REIGN_START).putLong(start.term).putInt(start.node.number());
        put(out, start.last);
        out.putInt(start.format.length).put(start.format);
        return out.array();
    }

    static byte[] encode(Transactions entry) {
        int size = 2 + 8 + 8 + 4;
        for (Slice slice : entry.slices) {
            size += SLICE_HEADER + slice.end().file().length() + slice.bytes().length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(VERSION)
                .put(TRANSACTIONS)
                .putLong(entry.term)
                .putLong(entry.previous)
                .putInt(entry.slices.size());
        for (Slice slice : entry.slices) {
            put(out, slice);
        }
        return out.array();
    }

    int SLICE_HEADER = 1 + 1 + 16 + 1 + 8 + 4;

    private static void put(ByteBuffer out, Slice slice) {
        byte[] file = slice.end().file().getBytes(StandardCharsets.US_ASCII);
        if (file.length > 255) {
            throw new IllegalArgumentException("binlog file name too long: " + slice.end().file());
        }
        out.put((byte) ((slice.first() ? 1 : 0) | (slice.last() ? 2 : 0)));
        out.put((byte) slice.flags());
        put(out, slice.gtid());
        out.put((byte) file.length).put(file).putLong(slice.end().offset());
        out.putInt(slice.bytes().length).put(slice.bytes());
    }

    private static void put(ByteBuffer out, Gtid gtid) {
        out.putInt((int) gtid.domain()).putInt((int) gtid.serverId()).putLong(gtid.seq());
    }

    private static Gtid gtid(ByteBuffer in) {
        return new Gtid(in.getInt() & 0xffff_ffffL, in.getInt() & 0xffff_ffffL, in.getLong());
    }

    private static ReignStart decodeReignStart(ByteBuffer in) {
        long term = in.getLong();
        NodeId node = new NodeId(in.getInt());
        Gtid last = gtid(in);
        return new ReignStart(term, node, last, bytes(in, in.getInt()));
    }

    private static Transactions decodeTransactions(ByteBuffer in) {
        long term = in.getLong();
        long previous = in.getLong();
        int count = in.getInt();
        List<Slice> slices = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            slices.add(slice(in));
        }
        return new Transactions(term, previous, slices);
    }

    private static Slice slice(ByteBuffer in) {
        int ends = in.get();
        int flags = in.get() & 0xff;
        Gtid gtid = gtid(in);
        String file = new String(bytes(in, in.get() & 0xff), StandardCharsets.US_ASCII);
        BinlogPosition end = new BinlogPosition(file, in.getLong());
        byte[] events = bytes(in, in.getInt());
        return new Slice(gtid, flags, (ends & 1) != 0, (ends & 2) != 0, end, events);
    }

    /// @throws IllegalStateException if there are not so many
    static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalStateException(
                    "log entry claims " + length + " bytes where " + in.remaining() + " are left");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
