package io.flotilla.ddl;

import java.sql.Connection;
import java.sql.SQLException;

/// The fingerprint of everything in a server that is not rows: databases, tables, views, triggers, routines, events,
/// sequences, accounts and what they may do. Left out is what differs by design (AUTO_INCREMENT counters, statistics,
/// times, the status of events, our own accounts).
///
/// From scratch, as it must be after a crash, a table takes a fraction of a millisecond; [SchemaMemory] reads again only
/// what has changed.
///
/// Reads in many statements without a lock around them: the caller sees to it that no DDL runs meanwhile (a drained
/// follower; a server that is being proved).
public final class SchemaDigest {
    private SchemaDigest() {}

    /// @param connection in autocommit mode, with all privileges of ours; its settings are put back afterwards
    /// @throws SchemaBusyException if somebody holds a metadata lock for longer than [SchemaReader#LOCK_WAIT_SECONDS]
    public static Digest compute(Connection connection) throws SQLException {
        return read(connection).digest();
    }

    /// As [#compute], with the objects one by one, so that a difference can be named.
    public static Schema read(Connection connection) throws SQLException {
        return new SchemaReader(connection, Recollection.NONE).read();
    }
}
