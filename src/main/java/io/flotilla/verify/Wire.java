package io.flotilla.verify;

import io.flotilla.ddl.TableName;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The words of a comparison between a leader and a follower, over one channel; the leader asks.
///
/// ```
/// (opened)                → OK begun u8
/// GO_ON seq u8            → OK schema sequences         the follower follows again from here on
/// SUM database table      → OK rows u8 hashes text      any number of times
///
/// (opened)                → OK begun u8
/// DIFFERS reason          → OK                          the end
/// ```
///
/// To anything the answer may be NO with a reason; after NO to the opening or to GO_ON the channel ends.
final class Wire {
    static final int OK = 1;
    static final int NO = 2;
    static final int GO_ON = 3;
    static final int SUM = 4;
    static final int DIFFERS = 5;

    /// More objects than any server could be given in one piece of work.
    private static final int MOST_OBJECTS = 10_000_000;

    private static final int MOST_TEXT = 1 << 20;

    /// Of a schema, all in all: too small refuses servers with very many tables, too large fills the memory.
    private static final long MOST_SCHEMA = 256L << 20;

    /// A sum of 2^63 hashes of 64 bits has 39 digits.
    private static final Pattern HASHES = Pattern.compile("\\d{1,40}");

    private Wire() {}

    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(
                in.readNBytes(atMost(in.readInt(), MOST_TEXT, "bytes")), StandardCharsets.UTF_8);
    }

    private static int atMost(int count, int most, String what) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException(count + " " + what + " are said to follow");
        }
        return count;
    }

    private static long without(long left, String text) throws IOException {
        if (text.length() > left) {
            throw new IOException("a schema of more than " + MOST_SCHEMA + " characters");
        }
        return left - text.length();
    }

    static void refuse(DataOutputStream out, String reason) throws IOException {
        out.writeByte(NO);
        writeText(out, reason);
        out.flush();
    }

    /// @throws VerifyException with the other's reason, if it says no
    static void expectYes(DataInputStream in) throws IOException {
        int answer = in.readUnsignedByte();
        if (answer == NO) {
            throw new VerifyException(readText(in));
        }
        if (answer != OK) {
            throw new IOException("not an answer: " + answer);
        }
    }

    static void writeTable(DataOutputStream out, TableName table) throws IOException {
        out.writeByte(SUM);
        writeText(out, table.database());
        writeText(out, table.name());
        out.flush();
    }

    static TableName readTable(DataInputStream in) throws IOException {
        return new TableName(readText(in), readText(in));
    }

    static void writeSum(DataOutputStream out, Sum sum) throws IOException {
        out.writeByte(OK);
        out.writeLong(sum.rows());
        writeText(out, sum.hashes().toString());
        out.flush();
    }

    static Sum readSum(DataInputStream in) throws IOException {
        long rows = in.readLong();
        String hashes = readText(in);
        if (!HASHES.matcher(hashes).matches()) {
            throw new IOException("not a sum of hashes");
        }
        return new Sum(rows, new BigInteger(hashes));
    }

    static void writeDefinitions(DataOutputStream out, Definitions definitions) throws IOException {
        out.writeByte(OK);
        List<String> lines = definitions.schema();
        out.writeInt(lines.size());
        for (String line : lines) {
            writeText(out, line);
        }
        out.writeInt(definitions.sequences().size());
        for (Map.Entry<String, SequenceValue> sequence : definitions.sequences().entrySet()) {
            writeText(out, sequence.getKey());
            out.writeLong(sequence.getValue().next());
            out.writeLong(sequence.getValue().increment());
            out.writeLong(sequence.getValue().cycles());
        }
        out.flush();
    }

    static Definitions readDefinitions(DataInputStream in) throws IOException {
        List<String> schema = new ArrayList<>();
        long left = MOST_SCHEMA;
        int lines = atMost(in.readInt(), MOST_OBJECTS, "objects");
        for (int i = 0; i < lines; i++) {
            String line = readText(in);
            left = without(left, line);
            if (line.indexOf('\t') < 0) {
                throw new IOException("an object without a fingerprint");
            }
            schema.add(line);
        }
        SortedMap<String, SequenceValue> sequences = new TreeMap<>();
        int count = atMost(in.readInt(), MOST_OBJECTS, "sequences");
        for (int i = 0; i < count; i++) {
            String name = readText(in);
            left = without(left, name);
            sequences.put(name, new SequenceValue(in.readLong(), in.readLong(), in.readLong()));
        }
        return new Definitions(schema, sequences);
    }
}
