package io.flotilla.peer;

import io.flotilla.tls.FleetCertificates;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// Both sides have shown certificates of the fleet's authority.
final class TlsWire implements Wire {
    private final Socket socket;
    private final TlsStream stream;
    private final InputStream in = new In();
    private final OutputStream out = new Out();

    TlsWire(Socket socket, TlsStream stream) {
        this.socket = socket;
        this.stream = stream;
    }

    /// What a failed handshake means, in words one can act on.
    static PeerRefusedException refusal(String who, SSLException e) {
        String said = String.valueOf(e.getMessage());
        PeerRefusedException refusal = new PeerRefusedException(reason(who, said));
        refusal.initCause(e);
        return refusal;
    }

    private static String reason(String who, String said) {
        if (said.contains("Empty client certificate chain")) {
            return who
                    + " showed no certificate: each node needs one of the fleet's authority"
                    + " (tls.certificate, tls.key, tls.ca)";
        }
        if (said.contains("SSL message")) {
            return who
                    + " does not speak TLS, and this node does: tls.certificate must be set on all"
                    + " nodes of a fleet or on none";
        }
        if (said.startsWith("(") || said.startsWith("Received fatal alert")) {
            return who
                    + " does not accept this node's certificate; its log says why, most often"
                    + " another tls.ca: "
                    + said;
        }
        return who + " is not believed: " + said;
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void closeOutput() throws IOException {
        stream.closeOutput();
    }

    @Override
    public Optional<TlsStream> tls() {
        return Optional.of(stream);
    }

    @Override
    public void verify(NodeId claimed) throws IOException {
        List<String> names;
        try {
            names = Tls.names(stream.session());
        } catch (SSLException e) {
            throw refusal("node " + claimed, e);
        }
        String expected = FleetCertificates.name(claimed.number());
        if (!names.contains(expected)) {
            throw new PeerRefusedException(
                    "whoever says to be node "
                            + claimed
                            + ", at "
                            + socket.getInetAddress().getHostAddress()
                            + ", has a certificate for "
                            + names
                            + "; it must be one for "
                            + expected);
        }
    }

    private final class In extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length == 0 ? 0 : stream.read(ByteBuffer.wrap(into, offset, length));
        }
    }

    private final class Out extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(from, offset, length);
            while (bytes.hasRemaining() || !stream.flush()) {
                stream.write(bytes);
            }
        }
    }
}
