package io.flotilla.peer;

import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// A TCP connection between two nodes, as it is or under TLS. Its streams are blocking and unbuffered; one thread may
/// read while another writes.
interface Wire {
    Socket socket();

    InputStream in() throws IOException;

    OutputStream out() throws IOException;

    /// Tells the other side that nothing more comes from here.
    void closeOutput() throws IOException;

    /// What protects it, if anything does.
    Optional<TlsStream> tls();

    /// Throws unless the other end has proved that it is `claimed`, where that can be proved.
    void verify(NodeId claimed) throws IOException;

    /// A connection that was accepted; shakes hands until `deadline`.
    ///
    /// @throws PeerRefusedException if one side does not believe the other
    static Wire accepted(Socket socket, Optional<Tls> tls, long deadline) throws IOException {
        if (tls.isEmpty()) {
            return new PlainWire(socket);
        }
        try {
            return new TlsWire(
                    socket,
                    TlsStream.shakeHands(socket.getChannel(), tls.get().mutualServer(), deadline));
        } catch (SSLException e) {
            throw TlsWire.refusal(
                    "whoever calls from " + socket.getInetAddress().getHostAddress(), e);
        }
    }

    /// A connection that was opened; shakes hands until `deadline`.
    ///
    /// @throws PeerRefusedException if this side does not believe the other; whether the other believes this one is heard
    ///     with its first bytes only
    static Wire opened(Socket socket, Member to, Optional<Tls> tls, long deadline)
            throws IOException {
        if (tls.isEmpty()) {
            return new PlainWire(socket);
        }
        try {
            return new TlsWire(
                    socket,
                    TlsStream.shakeHands(
                            socket.getChannel(),
                            tls.get().mutualClient(to.host(), to.port()),
                            deadline));
        } catch (SSLException e) {
            throw TlsWire.refusal("node " + to.id(), e);
        }
    }
}
