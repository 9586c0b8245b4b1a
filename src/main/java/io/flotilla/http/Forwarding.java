package io.flotilla.http;

import io.flotilla.peer.Member;
import java.io.IOException;

/// Carries requests to the node that leads.
interface Forwarding {
    /// Sends a request to a member and its answer to the client.
    ///
    /// @return false when it was not executed there, so that it may go on to whoever leads; nothing was answered
    /// @throws io.flotilla.failure.FlotillaException `Unknown` when it was sent and its answer was lost: a read too, since it may be
    ///     what the leader died of
    /// @throws IOException if the client is gone
    boolean send(Member leader, Request request, Response response)
            throws IOException, InterruptedException;
}
