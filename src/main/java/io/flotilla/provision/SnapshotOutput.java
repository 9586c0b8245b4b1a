package io.flotilla.provision;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/// The donor's end of the stream. Big-endian; each message begins with its kind.
final class SnapshotOutput {
    static final byte REFUSED = 0;
    static final byte ACCEPTED = 1;
    static final byte DIRECTORY = 2;
    static final byte FILE = 3;
    static final byte SIZE = 4;
    static final byte CHUNK = 5;
    static final byte GONE = 6;

    /// Nothing but a sign of life.
    static final byte WAIT = 7;

    static final byte END = 8;
    static final byte FAILED = 9;

    private static final int BUFFER = 64 << 10;

    private final DataOutputStream out;
    private final Map<String, Integer> numbers = new HashMap<>();

    SnapshotOutput(OutputStream out) {
        this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    }

    void refused(String reason) throws IOException {
        out.writeByte(REFUSED);
        out.writeUTF(reason);
        out.flush();
    }

    /// @param version of the server that wrote the data
    /// @param bytes how much it is about
    void accepted(String version, long bytes) throws IOException {
        out.writeByte(ACCEPTED);
        out.writeUTF(version);
        out.writeLong(bytes);
        out.flush();
    }

    void directory(String path) throws IOException {
        out.writeByte(DIRECTORY);
        out.writeUTF(path);
    }

    /// The file's length from now on.
    void size(String path, long size) throws IOException {
        int number = number(path);
        out.writeByte(SIZE);
        out.writeInt(number);
        out.writeLong(size);
    }

    void chunk(String path, int chunk, long sum, byte[] bytes, int length) throws IOException {
        int number = number(path);
        out.writeByte(CHUNK);
        out.writeInt(number);
        out.writeInt(chunk);
        out.writeInt(length);
        out.writeLong(sum);
        out.write(bytes, 0, length);
    }

    void gone(String path) throws IOException {
        out.writeByte(GONE);
        out.writeUTF(path);
        numbers.remove(path);
    }

    void waiting() throws IOException {
        out.writeByte(WAIT);
        out.flush();
    }

    void end(SnapshotEnd end, byte[] digest) throws IOException {
        out.writeByte(END);
        out.writeUTF(end.position().toString());
        out.writeLong(end.highestBinlog());
        out.write(digest);
        out.flush();
    }

    void failed(String reason) throws IOException {
        out.writeByte(FAILED);
        out.writeUTF(reason);
        out.flush();
    }

    /// Files are named once, and numbered in the order in which they are.
    private int number(String path) throws IOException {
        Integer known = numbers.get(path);
        if (known != null) {
            return known;
        }
        out.writeByte(FILE);
        out.writeInt(named);
        out.writeUTF(path);
        numbers.put(path, named);
        return named++;
    }

    private int named;
}
