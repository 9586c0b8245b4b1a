package io.flotilla.consensus;

import com.alipay.sofa.jraft.JRaftServiceFactory;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.ElectionPriority;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import io.flotilla.consensus.rpc.CarriesTransport;
import io.flotilla.consensus.rpc.PeerNames;
import io.flotilla.consensus.rpc.RaftTransport;
import io.flotilla.peer.Member;
import java.time.Duration;
import java.util.List;

/// The library's settings, with the reason where it is not obvious (docs/notes/raft.md, "Settings").
final class GroupOptions extends NodeOptions implements CarriesTransport {
    /// Heartbeats per election timeout. A follower that has missed all but one does not stand yet; each more costs an idle
    /// fleet processor time (docs/performance.md). Commits do not wait for them: [CommitNotice].
    private static final int HEARTBEATS = 5;

    /// Messages on their way to one follower. A message holds [#MAX_BODY_BYTES], or one longer entry: times the longest
    /// entry, it must not be more than the transport lets wait, else messages are refused, and replication probes anew.
    private static final int MESSAGES_IN_FLIGHT = 16;

    private static final int MAX_BODY_BYTES = 512 << 10;

    /// The library's own pool for answers other than those to appends; they are few.
    private static final int CALLBACK_THREADS = 6;

    private final RaftTransport transport;

    /// How far heartbeats to a follower are apart.
    static Duration heartbeat(ConsensusConfig config) {
        return Durations.part(config.electionTimeout(), HEARTBEATS);
    }

    GroupOptions(RaftTransport transport) {
        this.transport = transport;
    }

    @Override
    public RaftTransport transport() {
        return transport;
    }

    static GroupOptions of(
            ConsensusConfig config,
            List<Member> members,
            RaftTransport transport,
            RaftThreads threads,
            JRaftServiceFactory storage) {
        GroupOptions options = new GroupOptions(transport);
        options.setElectionTimeoutMs(Math.toIntExact(config.electionTimeout().toMillis()));
        options.setElectionPriority(ElectionPriority.Disabled);
        options.setInitialConf(initialConfiguration(members));
        options.setLogUri(config.directory().toString());
        options.setRaftMetaUri(config.directory().toString());
        // The base of a compacted log (BaseStorage); the library makes none by itself.
        options.setSnapshotUri(config.directory().toString());
        options.setSnapshotIntervalSecs(0);
        options.setDisableCli(true);
        options.setEnableMetrics(false);
        options.setServiceFactory(storage);
        options.setAppendEntriesExecutors(threads.responses());
        options.setRpcConnectTimeoutMs(100);
        options.setRpcDefaultTimeout(Math.toIntExact(config.callTimeout().toMillis()));
        options.setRpcProcessorThreadPoolSize(CALLBACK_THREADS);
        options.setTimerPoolSize(2);
        options.setRaftOptions(raftOptions(config));
        return options;
    }

    private static RaftOptions raftOptions(ConsensusConfig config) {
        RaftOptions options = new RaftOptions();
        options.setMaxElectionDelayMs(Math.toIntExact(ConsensusConfig.ELECTION_SPREAD.toMillis()));
        options.setElectionHeartbeatFactor(HEARTBEATS);
        options.setSync(true);
        options.setSyncMeta(true);
        // The wire (rpc.Frame) and the journal have checksums of their own.
        options.setEnableLogEntryChecksum(false);
        options.setOpenStatistics(false);
        // Never a lease: an early election makes it wrong (I9).
        options.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
        options.setMaxReplicatorInflightMsgs(MESSAGES_IN_FLIGHT);
        options.setMaxBodySize(MAX_BODY_BYTES);
        options.setMaxLogsInMemoryBytes(config.maxMemoryBytes());
        options.setStepDownWhenVoteTimedout(true);
        return options;
    }

    private static Configuration initialConfiguration(List<Member> members) {
        Configuration configuration = new Configuration();
        members.forEach(member -> configuration.addPeer(PeerNames.peerId(member.id())));
        return configuration;
    }
}
