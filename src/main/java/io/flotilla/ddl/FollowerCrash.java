package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.DdlMarks.OpenMark;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// What is known of a follower's server that was not stopped cleanly, once it has started again.
///
/// @param open the open mark
/// @param last the last mark that was closed
/// @param position `gtid_slave_pos`
/// @param now the digest of the server as it is
/// @param xaPrepared from [ServerState#xaPrepared]
/// @param peerAfter the schema's digest that a peer recorded after the transaction of the open mark; absent when no peer
///     has it
/// @param machineFailed whether the machine may have failed, not only the process: what was not synced may be gone
public record FollowerCrash(
        Optional<OpenMark> open,
        Optional<Done> last,
        Gtid position,
        Digest now,
        SortedSet<String> xaPrepared,
        Optional<String> peerAfter,
        boolean machineFailed) {
    public FollowerCrash {
        xaPrepared = new TreeSet<>(xaPrepared);
    }
}
