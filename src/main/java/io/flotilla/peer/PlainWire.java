package io.flotilla.peer;

import io.flotilla.tls.TlsStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;

/// TCP as it is: every hello is believed.
record PlainWire(Socket socket) implements Wire {
    @Override
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void closeOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public Optional<TlsStream> tls() {
        return Optional.empty();
    }

    @Override
    public void verify(NodeId claimed) {
        // Nothing was proved, nothing is asked.
    }
}
