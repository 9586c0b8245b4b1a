package io.flotilla.engine;

import io.flotilla.engine.ServerSession.Tracked;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads what an OK packet says about the session (<https://mariadb.com/kb/en/ok_packet/>; sql/protocol.cc, net_send_ok;
/// sql/session_tracker.cc). A packet that does not look as expected says nothing.
final class SessionTracking {
    /// Status of a session: its answer says what has changed in it.
    static final int STATE_CHANGED = 0x4000;

    /// The first byte of an OK packet.
    static final byte OK = 0;

    private static final int IN_TRANSACTION = 0x0001;
    private static final int MORE_RESULTS = 0x0008;
    private static final int SYSTEM_VARIABLES = 0;
    private static final String LAST_GTID = "last_gtid";

    private final byte[] packet;
    private final int end;
    private int at;
    private boolean changed;

    private SessionTracking(byte[] packet, int from, int end) {
        this.packet = packet;
        this.at = from;
        this.end = end;
    }

    /// What it says.
    ///
    /// @param changed whether more has changed than what was written, or nobody knows
    record Said(Optional<Tracked> tracked, boolean changed) {
        private static final Said UNREADABLE = new Said(Optional.empty(), true);
    }

    /// @param ok a packet without its header
    static Said of(byte[] ok) {
        if (ok.length == 0 || ok[0] != OK) {
            return Said.UNREADABLE;
        }
        try {
            SessionTracking packet = new SessionTracking(ok, 1, ok.length);
            Optional<Tracked> tracked = packet.read();
            return new Said(tracked, packet.changed);
        } catch (MalformedException e) {
            return Said.UNREADABLE;
        }
    }

    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private Optional<Tracked> read() throws MalformedException {
        number();
        number();
        int status = fixed(2);
        fixed(2);
        boolean last = (status & MORE_RESULTS) == 0;
        if ((status & STATE_CHANGED) == 0 || at == end) {
            return Optional.empty();
        }
        part();
        SessionTracking changes = part();
        String gtid = changes.lastGtid();
        changed = changes.changed;
        return gtid == null || !last
                ? Optional.empty()
                : Optional.of(new Tracked(gtid, (status & IN_TRANSACTION) != 0));
    }

    private @Nullable String lastGtid() throws MalformedException {
        String gtid = null;
        while (at < end) {
            int type = fixed(1);
            SessionTracking change = part();
            while (type == SYSTEM_VARIABLES && change.at < change.end) {
                String name = change.text();
                String value = change.text();
                if (name.equals(LAST_GTID)) {
                    gtid = value;
                } else {
                    changed = true;
                }
            }
            changed |= type != SYSTEM_VARIABLES;
        }
        return gtid;
    }

    private String text() throws MalformedException {
        SessionTracking text = part();
        return new String(packet, text.at, text.end - text.at, StandardCharsets.US_ASCII);
    }

    /// The next length and that many bytes.
    private SessionTracking part() throws MalformedException {
        long length = number();
        if (length > end - at) {
            throw new MalformedException();
        }
        SessionTracking part = new SessionTracking(packet, at, at + (int) length);
        at += (int) length;
        return part;
    }

    /// A length-encoded integer.
    private long number() throws MalformedException {
        int first = fixed(1);
        return switch (first) {
            case 0xfb, 0xff -> throw new MalformedException();
            case 0xfc -> fixed(2);
            case 0xfd -> fixed(3);
            // Row counts and ids of 64 bits are skipped; no length is so long.
            case 0xfe -> (fixed(4) & 0xffffffffL) | ((long) fixed(4) << 32) & Long.MAX_VALUE;
            default -> first;
        };
    }

    private int fixed(int bytes) throws MalformedException {
        if (bytes > end - at) {
            throw new MalformedException();
        }
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (packet[at++] & 0xff) << (8 * i);
        }
        return value;
    }
}
