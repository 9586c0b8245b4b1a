package io.flotilla.sql;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Results as bytes, to be kept under a [WriteKey]. How long a statement took is not kept. Failures are not: what failed
/// may be tried again.
final class ResultBytes {
    private static final int VERSION = 1;
    private static final int CHANGED = 1;
    private static final int ROWS = 2;

    private ResultBytes() {}

    static byte[] write(List<StatementResult> results) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(results.size());
            for (StatementResult result : results) {
                write(result, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes everything", e);
        }
        return bytes.toByteArray();
    }

    private static void write(StatementResult result, DataOutputStream out) throws IOException {
        switch (result) {
            case StatementResult.Changed changed -> {
                out.writeByte(CHANGED);
                out.writeLong(changed.rows());
                out.writeUTF(changed.lastInsertId().map(BigInteger::toString).orElse(""));
            }
            case StatementResult.Rows rows -> {
                out.writeByte(ROWS);
                rows.rows().copyTo(new CellBytes.Writing(out));
            }
            case StatementResult.Failed failed ->
                    throw new IllegalArgumentException("a failure is not kept");
        }
    }

    /// @throws IllegalArgumentException if it is not what [#write] has written
    static List<StatementResult> read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                throw new IllegalArgumentException("a kept answer of another version");
            }
            int count = in.readInt();
            List<StatementResult> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(result(in));
            }
            return results;
        } catch (IOException e) {
            throw new IllegalArgumentException("a kept answer is not whole", e);
        }
    }

    private static StatementResult result(DataInputStream in) throws IOException {
        if (in.readByte() == ROWS) {
            BufferedRows rows = new BufferedRows(Long.MAX_VALUE);
            CellBytes.read(in, rows.sink());
            return new StatementResult.Rows(rows, Duration.ZERO);
        }
        long rows = in.readLong();
        String id = in.readUTF();
        return new StatementResult.Changed(
                rows,
                id.isEmpty() ? Optional.empty() : Optional.of(new BigInteger(id)),
                Duration.ZERO);
    }
}
