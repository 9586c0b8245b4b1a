package io.flotilla.bench.speed;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A connection of HTTP/1.1 that stays open: one POST after the other. A socket and no client library, so that what is
/// measured is the server.
final class HttpSession implements Session {
    private static final int BUFFER = 16 << 10;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final URI node;
    private final Body body;
    private Socket socket;
    private InputStream in;

    /// How statements become a request.
    interface Body {
        /// Path and query.
        String path(boolean transaction, List<String> statements);

        String json(List<String> statements);

        /// Throws when the answer, of status 200, is no success.
        void check(String answer) throws IOException;
    }

    HttpSession(URI node, Body body) throws IOException {
        this.node = node;
        this.body = body;
        this.socket = connect();
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    }

    private Socket connect() throws IOException {
        Socket fresh = new Socket(node.getHost(), node.getPort());
        fresh.setTcpNoDelay(true);
        fresh.setSoTimeout(TIMEOUT_MILLIS);
        return fresh;
    }

    @Override
    public void run(List<String> statements, boolean transaction) throws IOException {
        try {
            send(body.path(transaction, statements), body.json(statements));
            receive();
        } catch (IOException e) {
            // What is left of an answer must not be taken for the next one.
            close();
            socket = connect();
            in = new BufferedInputStream(socket.getInputStream(), BUFFER);
            throw e;
        }
    }

    private void send(String path, String json) throws IOException {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        byte[] head =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nHost: "
                                + node.getAuthority()
                                + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + content.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + content.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        OutputStream out = socket.getOutputStream();
        out.write(all);
    }

    private void receive() throws IOException {
        String status = line();
        int length = -1;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        String answer = chunked ? chunks() : bytes(Math.max(0, length));
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status + " " + answer);
        }
        body.check(answer);
    }

    private String chunks() throws IOException {
        StringBuilder all = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line().strip(), 16);
            all.append(bytes(size));
            line();
            if (size == 0) {
                return all.toString();
            }
        }
    }

    private String bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the answer is cut off");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder(64);
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            if (next == '\n') {
                return text.toString();
            }
            if (next != '\r') {
                text.append((char) next);
            }
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone in any case.
            return;
        }
    }
}
