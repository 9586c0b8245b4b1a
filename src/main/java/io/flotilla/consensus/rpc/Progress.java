package io.flotilla.consensus.rpc;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;

/// What the answers of one follower say about it, to the leader. Thread-safe.
public final class Progress {
    private long term;
    private long matched;
    private long contactNanos;

    synchronized void answered(
            AppendEntriesRequest request, AppendEntriesResponse response, long askedNanos) {
        if (response.getTerm() != request.getTerm() || request.getTerm() < term) {
            return;
        }
        if (request.getTerm() > term) {
            term = request.getTerm();
            matched = 0;
            contactNanos = askedNanos;
        }
        contactNanos = Math.max(contactNanos, askedNanos);
        if (response.getSuccess()) {
            matched = Math.max(matched, request.getPrevLogIndex() + request.getEntriesCount());
        }
    }

    /// The last index the follower is known to hold as the leader of `inTerm` does; 0 when nothing is known.
    public synchronized long matched(long inTerm) {
        return inTerm == term ? matched : 0;
    }

    /// How long ago the request was sent that it answered last in `inTerm`; `Long.MAX_VALUE` when it never did.
    public synchronized long silentNanos(long inTerm, long nowNanos) {
        return inTerm == term ? nowNanos - contactNanos : Long.MAX_VALUE;
    }
}
