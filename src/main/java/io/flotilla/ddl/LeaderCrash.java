package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.ExecutedDdl.Reign;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is known of a former leader's server that was not stopped cleanly, once it has been started as a replica
/// (docs/design.md, section 6), and once the log holds the beginning of a later reign: before that, "not committed" may mean "not
/// committed yet".
///
/// @param reign the journal of the reign that ended
/// @param position the last transaction whose rows are in the data: InnoDB's last binlog position looked up in the log,
///     or `gtid_slave_pos` when that is later or the position is none of this reign
/// @param committed the gated transactions of that reign that the log has committed, by seq
/// @param now the server as it is, from [SchemaDigest#read]
/// @param atPromotion the schema's digest when the reign began, from this node's own [DdlMarks#schemaAt]
/// @param settled what this node recorded of a quiet moment of that reign ([DdlMarks#settled()])
/// @param digestAfter the schema's digests that peers recorded after gated transactions of that reign, by seq
public record LeaderCrash(
        Reign reign,
        Gtid position,
        SortedMap<Long, Gtid> committed,
        Schema now,
        Optional<String> atPromotion,
        Optional<Done> settled,
        Map<Long, String> digestAfter) {
    public LeaderCrash {
        long term = reign.term();
        settled = settled.filter(done -> done.gtid().serverId() == term);
        committed = new TreeMap<>(committed);
        digestAfter = Map.copyOf(digestAfter);
    }

    /// With what peers have told since.
    public LeaderCrash withDigests(Map<Long, String> told) {
        return new LeaderCrash(reign, position, committed, now, atPromotion, settled, told);
    }
}
