package io.flotilla.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The way an answer takes: to a client over HTTP, or to the node that carried the request here.
interface Wire {
    /// Sends the status, the headers and the first part of the body.
    ///
    /// @param last whether that part is all
    /// @throws IOException if the receiver is gone
    void start(int status, List<Headers.Field> headers, ByteBuffer part, boolean last)
            throws IOException;

    /// Sends one more part.
    void more(ByteBuffer part, boolean last) throws IOException;

    /// Breaks an answer that was started, so that the receiver sees that it is not whole.
    void abort(Throwable why);
}
