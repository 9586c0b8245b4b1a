package io.flotilla.binlog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Reads what a server sends after COM_BINLOG_DUMP: packets, in them events, in them transactions, and cuts these into
/// slices.
///
/// An event of at most [#WHOLE_EVENT] bytes is handled when all of it is in the buffer; a larger one is carried over
/// as it comes. Sees to it that transactions follow each other without a gap, and that each event's checksum is right
/// (the last slice of a transaction goes out only after all its checksums were).
final class BinlogStream {
    /// Greater than all events but those of large rows and statements; a small part of the buffer.
    static final int WHOLE_EVENT = 64 << 10;

    /// The server puts these two bytes before each event for a semi-synchronous replica: this and a flag.
    private static final int SEMI_SYNC_MAGIC = 0xef;

    private static final int SEMI_SYNC_BYTES = 2;

    private final boolean semiSync;
    private final TransactionCutter cutter;
    private final FilePosition position = new FilePosition();
    private final GroupSplitter group = new GroupSplitter();
    private final CRC32 crc = new CRC32();
    private final LargeEvent large;

    private Gtid last;
    private boolean begun;
    private boolean skipping;
    private byte @Nullable [] format;
    private long transactions;

    /// @param after the last transaction known: the next one must be its successor
    BinlogStream(boolean semiSync, Gtid after, TransactionCutter cutter) {
        this.semiSync = semiSync;
        this.last = after;
        this.cutter = cutter;
        this.large = new LargeEvent(this::part);
    }

    /// The first FORMAT_DESCRIPTION event; null until it has come.
    byte @Nullable [] format() {
        return format;
    }

    /// How many transactions were given out as a whole.
    long transactions() {
        return transactions;
    }

    /// Handles one event, or a part of a large one.
    ///
    /// @param in little-endian; what was handled is behind its position afterwards
    /// @return false if more bytes must be there first
    boolean step(ByteBuffer in) throws ProtocolException, RefusedException {
        if (large.open()) {
            return carryOver(in);
        }
        if (in.remaining() <= PacketHeader.BYTES) {
            return false;
        }
        int at = in.position();
        int payload = PacketHeader.payload(in, at);
        int status = in.get(at + PacketHeader.BYTES) & 0xff;
        if (payload == 0) {
            throw new ProtocolException("an empty packet where an event should begin");
        }
        if (status != PacketHeader.OK) {
            return ended(in, status, payload);
        }
        int prefix = 1 + (semiSync ? SEMI_SYNC_BYTES : 0);
        if (payload < prefix + Events.MIN_BYTES) {
            throw new ProtocolException("a packet of " + payload + " bytes holds no event");
        }
        int event = at + PacketHeader.BYTES + prefix;
        if (in.limit() < event + Events.HEADER_BYTES) {
            return false;
        }
        return event(in, event, prefix, payload);
    }

    private boolean event(ByteBuffer in, int event, int prefix, int payload)
            throws ProtocolException {
        if (semiSync && (in.get(event - SEMI_SYNC_BYTES) & 0xff) != SEMI_SYNC_MAGIC) {
            throw new ProtocolException(
                    "no semi-sync header before the event: is semi-sync off at the server?");
        }
        EventHeader header = EventHeader.read(in, event);
        long whole = prefix + (long) header.length();
        if (payload != Math.min(whole, PacketHeader.MAX_PAYLOAD)) {
            throw new ProtocolException(
                    "a packet of "
                            + payload
                            + " bytes for an event of "
                            + header.length()
                            + " bytes");
        }
        if (header.length() > WHOLE_EVENT) {
            beginLarge(header, payload, prefix);
            in.position(event);
            return true;
        }
        if (in.limit() < event + header.length()) {
            return false;
        }
        verify(in, event, header);
        in.position(event + header.length());
        whole(in, event, header);
        return true;
    }

    private void verify(ByteBuffer in, int event, EventHeader header) throws ProtocolException {
        int limit = in.limit();
        int end = event + header.length() - Events.CRC_BYTES;
        crc.reset();
        in.limit(end).position(event);
        crc.update(in);
        in.limit(limit);
        if ((int) crc.getValue() != in.getInt(end)) {
            throw wrongChecksum(header);
        }
    }

    private ProtocolException wrongChecksum(EventHeader header) {
        return new ProtocolException(
                "wrong checksum in an event of type "
                        + header.type()
                        + " and "
                        + header.length()
                        + " bytes that ends at "
                        + header.endLogPos()
                        + (format == null ? " (is the server's binlog_checksum CRC32?)" : ""));
    }

    private void whole(ByteBuffer in, int event, EventHeader header) throws ProtocolException {
        if (header.type() == Events.HEARTBEAT) {
            return;
        }
        if (group.open()) {
            boolean end =
                    group.endsWith(
                            header.type(),
                            header.type() == Events.QUERY
                                    && Events.isCommitOrRollback(in, event, header.length()));
            append(in, event, header.length());
            ended(header, end);
        } else {
            between(in, event, header);
        }
    }

    private void between(ByteBuffer in, int event, EventHeader header) throws ProtocolException {
        switch (header.type()) {
            case Events.GTID -> begin(in, event, header);
            case Events.ROTATE -> position.rotate(in, event, header);
            case Events.FORMAT_DESCRIPTION -> format(in, event, header);
            case Events.GTID_LIST,
                    Events.BINLOG_CHECKPOINT,
                    Events.STOP,
                    Events.START_ENCRYPTION -> {
                // about the file, not about the data
            }
            default ->
                    throw new ProtocolException(
                            "event of type " + header.type() + " outside a transaction");
        }
    }

    private void begin(ByteBuffer in, int event, EventHeader header) throws ProtocolException {
        if (header.length() < Events.GTID_MIN_BYTES || format == null || !position.known()) {
            throw new ProtocolException(
                    "a GTID event that is too short or before the format of the stream");
        }
        long seq = in.getLong(event + Events.GTID_SEQ_OFFSET);
        long domain = in.getInt(event + Events.GTID_DOMAIN_OFFSET) & 0xffff_ffffL;
        int flags = in.get(event + Events.GTID_FLAGS_OFFSET) & 0xff;
        skipping = !begun && domain == last.domain() && seq > 0 && seq <= last.seq();
        if (!skipping) {
            if (domain != last.domain() || seq != last.seq() + 1) {
                throw new ProtocolException(
                        "transaction "
                                + domain
                                + "-"
                                + header.serverId()
                                + "-"
                                + seq
                                + " after "
                                + last.domain()
                                + "-"
                                + last.serverId()
                                + "-"
                                + last.seq());
            }
            begun = true;
            last = new Gtid(domain, header.serverId(), seq);
            cutter.begin(last, flags);
        }
        group.begin(flags);
        append(in, event, header.length());
        ended(header, false);
    }

    private void format(ByteBuffer in, int event, EventHeader header) throws ProtocolException {
        byte[] bytes = new byte[header.length()];
        in.get(event, bytes);
        Events.checkFormat(bytes);
        if (format == null) {
            format = bytes;
        }
    }

    private void append(ByteBuffer in, int at, int length) {
        if (!skipping) {
            cutter.append(in, at, length, position);
        }
    }

    /// An event of the transaction is whole, and `last` if it was its last one.
    private void ended(EventHeader header, boolean end) throws ProtocolException {
        position.pass(header);
        if (end && !skipping) {
            cutter.end(position.now());
            transactions++;
        }
    }

    private void beginLarge(EventHeader header, int payload, int prefix) throws ProtocolException {
        if (!group.open()) {
            throw new ProtocolException(
                    "an event of type "
                            + header.type()
                            + " and "
                            + header.length()
                            + " bytes outside a transaction");
        }
        large.begin(header, payload - prefix, payload == PacketHeader.MAX_PAYLOAD);
    }

    private void part(ByteBuffer in, int at, int length) {
        append(in, at, length);
    }

    private boolean carryOver(ByteBuffer in) throws ProtocolException {
        if (!large.step(in)) {
            return false;
        }
        if (!large.open()) {
            EventHeader header = large.header();
            if (!large.intact()) {
                throw wrongChecksum(header);
            }
            // the QUERY events of COMMIT and ROLLBACK are small
            ended(header, group.endsWith(header.type(), false));
        }
        return true;
    }

    private static boolean ended(ByteBuffer in, int status, int payload)
            throws ProtocolException, RefusedException {
        if (status == PacketHeader.EOF && payload < 9) {
            throw new ProtocolException("the server ended the stream");
        }
        if (status != PacketHeader.ERROR || payload > WHOLE_EVENT) {
            throw new ProtocolException(
                    "a packet of " + payload + " bytes that begins with " + status);
        }
        if (in.remaining() < PacketHeader.BYTES + payload) {
            return false;
        }
        byte[] error = new byte[payload];
        in.get(in.position() + PacketHeader.BYTES, error);
        throw PacketHeader.refused(error);
    }
}
