package io.flotilla.provision;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a copy consists of: directories, and files with their lengths and the sums of their chunks. The donor keeps what
/// it has sent, the receiver what it has written; equal digests mean equal copies. Not thread-safe.
final class Inventory {
    private final TreeSet<String> directories = new TreeSet<>();
    private final TreeMap<String, Copied> files = new TreeMap<>();

    /// A file as the receiver has it.
    static final class Copied {
        private long size;
        private long[] sums = new long[0];
        private boolean[] known = new boolean[0];

        long size() {
            return size;
        }

        /// Cuts or lengthens it. A chunk whose length changes must be sent again.
        void resize(long next) {
            int before = Chunk.count(size);
            int after = Chunk.count(next);
            int kept = Math.min(before, after);
            sums = Arrays.copyOf(sums, after);
            known = Arrays.copyOf(known, after);
            if (kept > 0 && Chunk.length(size, kept - 1) != Chunk.length(next, kept - 1)) {
                known[kept - 1] = false;
            }
            size = next;
        }

        boolean has(int chunk, long sum) {
            return known[chunk] && sums[chunk] == sum;
        }

        void put(int chunk, long sum) {
            sums[chunk] = sum;
            known[chunk] = true;
        }

        boolean whole() {
            for (boolean chunk : known) {
                if (!chunk) {
                    return false;
                }
            }
            return true;
        }
    }

    void directory(String path) {
        directories.add(path);
    }

    boolean hasDirectory(String path) {
        return directories.contains(path);
    }

    Set<String> directories() {
        return directories;
    }

    Map<String, Copied> files() {
        return files;
    }

    Copied file(String path) {
        return files.computeIfAbsent(path, name -> new Copied());
    }

    boolean hasFile(String path) {
        return files.containsKey(path);
    }

    void forget(String path) {
        directories.remove(path);
        files.remove(path);
    }

    long bytes() {
        return files.values().stream().mapToLong(Copied::size).sum();
    }

    boolean whole() {
        return files.values().stream().allMatch(Copied::whole);
    }

    /// Over everything here, and what the copy is.
    byte[] digest(SnapshotEnd end) {
        MessageDigest digest = sha256();
        text(digest, end.position().toString());
        number(digest, end.highestBinlog());
        number(digest, directories.size());
        directories.forEach(path -> text(digest, path));
        number(digest, files.size());
        files.forEach((path, file) -> {
            text(digest, path);
            number(digest, file.size);
            for (long sum : file.sums) {
                number(digest, sum);
            }
        });
        return digest.digest();
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(digest, bytes.length);
        digest.update(bytes);
    }

    private static void number(MessageDigest digest, long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
