package io.flotilla.binlog;

/// Finds where a transaction begins and ends in a stream of events.
///
/// A group is a GTID event up to XID, XA_PREPARE or a QUERY that says COMMIT or ROLLBACK; or, when the GTID's flags
/// have [Slice#STANDALONE], up to the first event that does not announce another (`sql/sql_repl.cc`,
/// `send_event_to_slave`, decides the same way).
final class GroupSplitter {
    private boolean open;
    private boolean standalone;

    /// Whether a group has begun and not ended.
    boolean open() {
        return open;
    }

    /// A GTID event was met.
    void begin(int gtidFlags) throws ProtocolException {
        if (open) {
            throw new ProtocolException("a transaction begins inside another one");
        }
        open = true;
        standalone = (gtidFlags & Slice.STANDALONE) != 0;
    }

    /// The next event of the group that is open.
    ///
    /// @param commitOrRollback whether it is a QUERY that says so
    /// @return whether the group ends with this event
    boolean endsWith(int type, boolean commitOrRollback) throws ProtocolException {
        switch (type) {
            case Events.ROTATE,
                    Events.FORMAT_DESCRIPTION,
                    Events.GTID,
                    Events.GTID_LIST,
                    Events.BINLOG_CHECKPOINT,
                    Events.STOP,
                    Events.INCIDENT ->
                    throw new ProtocolException("event of type " + type + " inside a transaction");
            default -> {
                // what the transaction is made of
            }
        }
        boolean last =
                standalone
                        ? !Events.isPartOfGroup(type)
                        : type == Events.XID || type == Events.XA_PREPARE || commitOrRollback;
        open = !last;
        return last;
    }
}
