package io.flotilla.binlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where a stream is in the server's binlog files.
final class FilePosition {
    private @Nullable String file;
    private long offset;

    /// Whether the server has named the file.
    boolean known() {
        return file != null;
    }

    BinlogPosition now() {
        if (file == null) {
            throw new IllegalStateException("the server has not named the file");
        }
        return new BinlogPosition(file, offset);
    }

    /// A ROTATE event: what follows lies in the file it names.
    void rotate(ByteBuffer in, int event, EventHeader header) throws ProtocolException {
        int name = header.length() - Events.ROTATE_NAME_OFFSET - Events.CRC_BYTES;
        if (name < 1 || name >= Events.MAX_FILE_NAME) {
            throw new ProtocolException("a ROTATE event with a file name of " + name + " bytes");
        }
        long position = in.getLong(event + Events.ROTATE_POSITION_OFFSET);
        if (position < 0) {
            throw new ProtocolException("a ROTATE event to position " + position);
        }
        offset = position;
        file =
                StandardCharsets.UTF_8
                        .decode(in.slice(event + Events.ROTATE_NAME_OFFSET, name))
                        .toString();
    }

    /// An event of a transaction lies behind us.
    void pass(EventHeader header) throws ProtocolException {
        // inner events do not say where they end, unless binlog_legacy_event_pos is on
        if (header.endLogPos() == 0) {
            offset += header.length();
            return;
        }
        // the header holds 32 bits of a position that goes beyond them when a transaction of
        // gigabytes makes its file longer than 4 GiB
        long step = (header.endLogPos() - offset) & 0xffff_ffffL;
        if (step < header.length()) {
            throw new ProtocolException(
                    "an event of "
                            + header.length()
                            + " bytes ends at "
                            + header.endLogPos()
                            + ", the one before it at "
                            + offset);
        }
        offset += step;
    }
}
