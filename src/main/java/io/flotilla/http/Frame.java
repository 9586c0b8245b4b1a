package io.flotilla.http;

import io.flotilla.failure.Asker;
import io.flotilla.failure.Deadline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// A message between two nodes about a carried request: `kind 1 | length 4 | content`, big-endian.
///
/// ```
/// asker   ASK                      REQUEST
/// leader       READY | NOT_LEADING         HEAD CHUNK* END  |  NOT_LEADING
/// ```
/// An answer that breaks off is a pipe that closes before END, and so is an asker that waits no more. Nothing is executed before a whole REQUEST has come; NOT_LEADING says that nothing was executed. ASK exists so that
/// a pipe that has died unnoticed, and a node that does not lead, are found before there is anything to be unsure of.
record Frame(Kind kind, byte[] content) {
    private static final Frame EMPTY_ASK = new Frame(Kind.ASK, new byte[0]);

    private static final int HEAD_BYTES = 5;

    /// Headers, lengths and the like, on top of a body and a URL.
    private static final int OVERHEAD = 64 << 10;

    /// No request has longer; a deadline that is over is one, too.
    private static final long MOST_MILLIS = Duration.ofDays(1).toMillis();

    enum Kind {
        ASK(1),
        READY(2),
        NOT_LEADING(3),
        REQUEST(4),
        HEAD(5),
        CHUNK(6),
        END(7);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static Kind of(int code) throws ProtocolException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new ProtocolException("a frame of the unknown kind " + code);
        }
    }

    static Frame ask() {
        return EMPTY_ASK;
    }

    static Frame bare(Kind kind) {
        return new Frame(kind, new byte[0]);
    }

    static int maxLength(HttpLimits limits) {
        return limits.maxBody() + limits.maxUrl() * 3 + limits.maxHead() + OVERHEAD;
    }

    void send(OutputStream out) throws IOException {
        send(List.of(this), out);
    }

    /// Sends them in one write: the other side is woken once.
    static void send(List<Frame> frames, OutputStream out) throws IOException {
        int length = 0;
        for (Frame frame : frames) {
            length += HEAD_BYTES + frame.content.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (Frame frame : frames) {
            all.put((byte) frame.kind.code).putInt(frame.content.length).put(frame.content);
        }
        out.write(all.array());
        out.flush();
    }

    /// @throws EOFException if the other side has closed the pipe
    /// @throws ProtocolException if it is no frame of ours
    static Frame receive(InputStream in, int maxLength) throws IOException {
        byte[] head = in.readNBytes(HEAD_BYTES);
        if (head.length < HEAD_BYTES) {
            throw new EOFException("the pipe was closed");
        }
        int length =
                (head[1] & 0xff) << 24
                        | (head[2] & 0xff) << 16
                        | (head[3] & 0xff) << 8
                        | (head[4] & 0xff);
        Kind kind = Kind.of(head[0]);
        if (length < 0 || length > maxLength) {
            throw new ProtocolException(kind + " of " + length + " bytes");
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the pipe was closed within a frame");
        }
        return new Frame(kind, content);
    }

    static Frame request(Request request, Headers headers, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 1024);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(request.deadline().left().toMillis());
        text(out, request.method());
        text(out, request.path());
        text(out, request.query().orElse(""));
        text(out, request.remote());
        fields(out, headers.fields());
        out.writeInt(body.length);
        out.write(body);
        return new Frame(Kind.REQUEST, bytes.toByteArray());
    }

    /// @param asker who waits for it to be done
    /// @param claim takes memory for what is made of its body
    /// @throws ProtocolException if what it says cannot be
    Request asRequest(Asker asker, LongConsumer claim) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        Duration left = Duration.ofMillis(Math.clamp(in.readLong(), 0, MOST_MILLIS));
        String method = text(in);
        String path = text(in);
        String query = text(in);
        String remote = text(in);
        Headers headers = new Headers(fields(in));
        int length = in.readInt();
        if (length != in.available()) {
            throw new ProtocolException("a body of " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        return new Request(
                method,
                path,
                query.isEmpty() ? null : query,
                headers,
                remote,
                true,
                new Carried(body, claim),
                Deadline.in(left, asker));
    }

    private record Carried(byte[] read, LongConsumer claiming) implements Request.BodySource {
        @Override
        public void claim(long bytes) {
            claiming.accept(bytes);
        }
    }

    static Frame head(int status, List<Headers.Field> headers) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(status);
        fields(out, headers);
        return new Frame(Kind.HEAD, bytes.toByteArray());
    }

    AnswerHead asHead() throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        return new AnswerHead(in.readUnsignedShort(), new Headers(fields(in)));
    }

    private static void fields(DataOutputStream out, List<Headers.Field> fields)
            throws IOException {
        out.writeShort(fields.size());
        for (Headers.Field field : fields) {
            text(out, field.name());
            text(out, field.value());
        }
    }

    private static List<Headers.Field> fields(DataInputStream in) throws IOException {
        int count = in.readUnsignedShort();
        List<Headers.Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fields.add(new Headers.Field(text(in), text(in)));
        }
        return fields;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new ProtocolException("a text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /// How an answer begins.
    record AnswerHead(int status, Headers headers) {}
}
