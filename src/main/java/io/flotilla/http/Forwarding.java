package io.flotilla.http;

import io.flotilla.peer.Member;
import java.io.IOException;

/// Carries requests to the node that leads.
interface Forwarding {
    /// Sends a request to a member and its answer to the client.
    ///
    /// @param resend whether it may be sent again after a loss (it only reads)
    /// @return false when it was not executed there, so that it may go on to whoever leads; nothing was answered
    /// @throws io.flotilla.failure.FlotillaException `Unknown` when it was sent and its answer was lost
    /// @throws IOException if the client is gone
    boolean send(Member leader, Request request, Response response, boolean resend)
            throws IOException, InterruptedException;
}
