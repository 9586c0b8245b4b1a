package io.flotilla.replication;

import io.flotilla.binlog.Gtid;
import io.flotilla.replication.CommittedLog.Era;
import io.flotilla.replication.Entry.ReignStart;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What [CommittedLog] must know of entries that are not in the log any more, to go on behind them.
///
/// @param index the last of those entries
/// @param last the last complete transaction in them; none was half told
/// @param eras the reign in which that was written, and the last reign that began in them, if that is another; in order
/// @param gated the gated transactions of these reigns in them, by seq
record LogStart(long index, Gtid last, List<Era> eras, List<Long> gated) {
    /// Before the first entry.
    static final LogStart NONE = new LogStart(0, Gtid.NONE, List.of(), List.of());

    private static final byte VERSION = 1;

    LogStart {
        eras = List.copyOf(eras);
        gated = List.copyOf(gated);
    }

    /// The reign the log is in behind these entries.
    Optional<Era> reign() {
        return eras.isEmpty() ? Optional.empty() : Optional.of(eras.getLast());
    }

    byte[] encode() {
        List<byte[]> starts = eras.stream().map(era -> Entry.encode(era.start())).toList();
        int size = 1 + 8 + 16 + 4 + starts.stream().mapToInt(start -> 12 + start.length).sum();
        ByteBuffer out = ByteBuffer.allocate(size + 4 + 8 * gated.size());
        out.put(VERSION).putLong(index);
        out.putInt((int) last.domain()).putInt((int) last.serverId()).putLong(last.seq());
        out.putInt(eras.size());
        for (int i = 0; i < eras.size(); i++) {
            out.putLong(eras.get(i).index()).putInt(starts.get(i).length).put(starts.get(i));
        }
        out.putInt(gated.size());
        gated.forEach(out::putLong);
        return out.array();
    }

    /// @throws IllegalStateException if these are no bytes of this version
    static LogStart decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "a log's start of format " + version + "; this node reads " + VERSION);
            }
            long index = in.getLong();
            Gtid last =
                    new Gtid(
                            Integer.toUnsignedLong(in.getInt()),
                            Integer.toUnsignedLong(in.getInt()),
                            in.getLong());
            List<Era> eras = new ArrayList<>();
            for (int count = in.getInt(); count > 0; count--) {
                eras.add(era(in));
            }
            List<Long> gated = new ArrayList<>();
            for (int count = in.getInt(); count > 0; count--) {
                gated.add(in.getLong());
            }
            return new LogStart(index, last, eras, gated);
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException("a log's start ends too early", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("a log's start that cannot be: " + e.getMessage(), e);
        }
    }

    private static Era era(ByteBuffer in) {
        long index = in.getLong();
        if (Entry.decode(Entry.bytes(in, in.getInt())) instanceof ReignStart start) {
            return new Era(start, index);
        }
        throw new IllegalStateException("a reign that does not start");
    }
}
