package io.flotilla.binlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What a feed sends after COM_BINLOG_DUMP, until the connection ends.
///
/// To the replica it looks like binlog files `feed.000001`, `feed.000002`, ...; a new one begins when the position in
/// the one before passes a limit, since the events' headers have only 32 bits for it, or when the format changes.
final class FeedStream {
    private static final int FIRST_POSITION = 4;

    private final FeedSource.Cursor cursor;
    private final FeedOutput out;
    private final EventRewriter events;
    private final Duration heartbeat;
    private final long fileLimit;
    private final AtomicLong transactions;

    private byte @Nullable [] format;
    private int fileNumber = 1;
    private boolean insideTransaction;

    FeedStream(
            FeedSource.Cursor cursor,
            FeedOutput out,
            Duration heartbeat,
            long fileLimit,
            AtomicLong transactions) {
        this.cursor = cursor;
        this.out = out;
        this.events = new EventRewriter(out);
        this.heartbeat = heartbeat;
        this.fileLimit = fileLimit;
        this.transactions = transactions;
    }

    /// Sends until the thread is interrupted or the replica goes.
    void run() throws IOException, InterruptedException {
        while (true) {
            Optional<FeedSource.Item> item = cursor.next(Duration.ZERO);
            if (item.isEmpty()) {
                out.flush();
                item = cursor.next(heartbeat);
            }
            if (item.isPresent()) {
                send(item.get());
            } else {
                silence();
            }
        }
    }

    private void send(FeedSource.Item item) throws IOException {
        switch (item) {
            case FeedSource.Format begun -> format(begun.event());
            case FeedSource.Bytes bytes -> slice(bytes.slice());
        }
    }

    private void slice(Slice slice) throws IOException {
        if (format == null || slice.first() == insideTransaction) {
            throw new ProtocolException(
                    "slice of " + slice.gtid() + " out of order: first=" + slice.first());
        }
        insideTransaction = !slice.last();
        events.write(slice.bytes());
        if (slice.last()) {
            if (events.insideEvent()) {
                throw new ProtocolException(
                        "transaction " + slice.gtid() + " ends inside an event");
            }
            transactions.incrementAndGet();
            // at once, not before the next transaction: a heartbeat with a position that has gone
            // over 32 bits stops a replica for good (1595; tried)
            if (events.position() > fileLimit) {
                beginFile(fileNumber + 1, format);
            }
        }
    }

    /// The replica keeps the last format it was told for all events that follow, so it must hear of another one.
    private void format(byte[] event) throws IOException {
        if (insideTransaction) {
            throw new ProtocolException("a new format inside a transaction");
        }
        byte[] next = anonymous(event);
        if (format == null) {
            beginFile(fileNumber, next);
        } else if (!Arrays.equals(format, next)) {
            beginFile(fileNumber + 1, next);
        }
    }

    /// The leader's format without what only its own file says: when it was made, by whom, and where it ends.
    private static byte[] anonymous(byte[] event) throws ProtocolException {
        Events.checkFormat(event);
        byte[] copy = event.clone();
        LittleEndian.put32(copy, 0, 0);
        LittleEndian.put32(copy, Events.SERVER_ID_OFFSET, ReplicaConversation.SERVER_ID);
        LittleEndian.put32(copy, Events.END_LOG_POS_OFFSET, 0);
        LittleEndian.put16(copy, Events.FLAGS_OFFSET, 0);
        // not 0 would mean to the replica that the primary has just started: it would drop its
        // temporary tables
        LittleEndian.put32(copy, Events.FORMAT_CREATED_OFFSET, 0);
        Events.seal(copy);
        return copy;
    }

    private void beginFile(int number, byte[] format) throws IOException {
        fileNumber = number;
        this.format = format;
        byte[] name = fileName();
        byte[] rotate = Events.blank(Events.ROTATE, ReplicaConversation.SERVER_ID, 8 + name.length);
        LittleEndian.put16(rotate, Events.FLAGS_OFFSET, Events.FLAG_ARTIFICIAL);
        LittleEndian.put64(rotate, Events.ROTATE_POSITION_OFFSET, FIRST_POSITION);
        System.arraycopy(name, 0, rotate, Events.ROTATE_NAME_OFFSET, name.length);
        Events.seal(rotate);
        own(rotate);
        own(format);
        events.position(FIRST_POSITION);
    }

    private byte[] fileName() {
        return String.format(Locale.ROOT, "feed.%06d", fileNumber)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// Nothing came for a while: the replica must hear from us, and we notice when it has gone.
    private void silence() throws IOException {
        if (format == null || insideTransaction) {
            return;
        }
        byte[] name = fileName();
        byte[] event = Events.blank(Events.HEARTBEAT, ReplicaConversation.SERVER_ID, name.length);
        LittleEndian.put32(event, Events.END_LOG_POS_OFFSET, events.position());
        System.arraycopy(name, 0, event, Events.HEADER_BYTES, name.length);
        Events.seal(event);
        own(event);
        out.flush();
    }

    private void own(byte[] event) throws IOException {
        byte[] payload = new byte[1 + event.length];
        System.arraycopy(event, 0, payload, 1, event.length);
        out.packet(payload);
    }
}
