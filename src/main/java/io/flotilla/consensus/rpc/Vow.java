package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;

/// What a node that lost its log has vowed, kept where messages come and go. Thread-safe.
///
/// It may have voted in any term up to `floor`, and have acknowledged entries it no longer has. So it obeys no leader of
/// an earlier term than that, never votes in a term up to it, and neither votes nor stands at all until it has every
/// entry it may have acknowledged. A node that lost nothing has vowed nothing.
public final class Vow {
    private volatile long floor;
    private volatile boolean silent;

    /// @param silentNow whether it neither votes nor stands
    public void take(long newFloor, boolean silentNow) {
        floor = newFloor;
        silent = silentNow;
    }

    boolean allowsToSend(Object request) {
        return !(silent && request instanceof RequestVoteRequest);
    }

    boolean allowsToTake(Object request) {
        return switch (request) {
            case RequestVoteRequest vote -> !silent && vote.getTerm() > floor;
            case TimeoutNowRequest ignored -> !silent;
            case AppendEntriesRequest append -> append.getTerm() >= floor;
            case InstallSnapshotRequest install -> install.getTerm() >= floor;
            default -> true;
        };
    }
}
