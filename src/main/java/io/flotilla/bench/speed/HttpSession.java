package io.flotilla.bench.speed;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A connection of HTTP/1.1 that stays open: one POST after the other. A socket and no client library, and an answer is
/// looked at as little as a driver of the MySQL protocol looks at one: clients take from the same cores.
final class HttpSession implements Session {
    private static final int BUFFER = 16 << 10;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final URI node;
    private final Body body;
    private Socket socket;
    private InputStream in;
    private byte[] buffer = new byte[BUFFER];
    private int taken;
    private int filled;

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
        this.in = socket.getInputStream();
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
            in = socket.getInputStream();
            taken = 0;
            filled = 0;
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
        int length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (begins(header, "content-length:")) {
                length = Integer.parseInt(header.substring("content-length:".length()).strip());
            } else if (begins(header, "transfer-encoding:")) {
                chunked = header.endsWith("chunked");
            }
        }
        String answer = chunked ? chunks() : bytes(length);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status + " " + answer);
        }
        body.check(answer);
    }

    private static boolean begins(String header, String name) {
        return header.regionMatches(true, 0, name, 0, name.length());
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
        while (filled - taken < count) {
            fill();
        }
        String text = new String(buffer, taken, count, StandardCharsets.UTF_8);
        taken += count;
        return text;
    }

    private String line() throws IOException {
        int end = taken;
        while (true) {
            if (end == filled) {
                int seen = end - taken;
                fill();
                end = taken + seen;
            }
            if (buffer[end] == '\n') {
                break;
            }
            end++;
        }
        int length = end > taken && buffer[end - 1] == '\r' ? end - 1 - taken : end - taken;
        String line = new String(buffer, taken, length, StandardCharsets.ISO_8859_1);
        taken = end + 1;
        return line;
    }

    /// Reads more behind what was not taken yet.
    private void fill() throws IOException {
        if (taken == filled) {
            taken = 0;
            filled = 0;
        } else if (filled == buffer.length) {
            byte[] larger = taken == 0 ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, taken, larger, 0, filled - taken);
            buffer = larger;
            filled -= taken;
            taken = 0;
        }
        int more = in.read(buffer, filled, buffer.length - filled);
        if (more < 0) {
            throw new EOFException("the connection was closed");
        }
        filled += more;
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
