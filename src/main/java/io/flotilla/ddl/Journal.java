package io.flotilla.ddl;

import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A file of short lines, each on disk when [#append] returns.
///
/// A line is a checksum of eight hexadecimal digits, a space, and the text. A last line that is not whole is what a crash
/// during [#append] leaves: its writer was never told that it is there, so it is cut off when the file is opened. Damage
/// anywhere else is an error.
///
/// The first line is a title that says what the file is. Not thread-safe.
final class Journal implements AutoCloseable {
    private static final int CHECKSUM_DIGITS = 8;

    private final Path file;
    private final String title;
    private FileChannel channel;
    private boolean failed;

    private Journal(Path file, String title, FileChannel channel) {
        this.file = file;
        this.title = title;
        this.channel = channel;
    }

    /// Makes the file anew, in place of one that may be there.
    static Journal create(Path file, String title, List<String> lines) throws IOException {
        return new Journal(file, title, write(file, title, lines));
    }

    /// Opens the file for more lines.
    ///
    /// @param lines gets those that are there, without the title
    static Journal open(Path file, String title, List<String> lines) throws IOException {
        long end = read(file, title, lines);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            if (channel.size() > end) {
                channel.truncate(end).force(true);
            }
            channel.position(end);
            return new Journal(file, title, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Reads the file without changing it.
    ///
    /// @return where its last whole line ends
    static long read(Path file, String title, List<String> lines) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = 0;
        while (at < bytes.length) {
            int end = endOfLine(bytes, at);
            String line = end < 0 ? null : text(bytes, at, end);
            if (line == null) {
                refuseIfMoreFollows(file, bytes, at);
                break;
            }
            lines.add(line);
            at = end + 1;
        }
        if (lines.isEmpty() || !lines.removeFirst().equals(title)) {
            throw new CorruptJournalException(file + " is not a file of '" + title + "'");
        }
        return at;
    }

    private static int endOfLine(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable String text(byte[] bytes, int from, int end) {
        if (end - from <= CHECKSUM_DIGITS || bytes[from + CHECKSUM_DIGITS] != ' ') {
            return null;
        }
        String checksum = new String(bytes, from, CHECKSUM_DIGITS, StandardCharsets.US_ASCII);
        String text =
                new String(
                        bytes,
                        from + CHECKSUM_DIGITS + 1,
                        end - from - CHECKSUM_DIGITS - 1,
                        StandardCharsets.UTF_8);
        return checksum.equals(checksum(text)) ? text : null;
    }

    private static void refuseIfMoreFollows(Path file, byte[] bytes, int damaged)
            throws CorruptJournalException {
        for (int end = endOfLine(bytes, damaged); end >= 0; ) {
            int next = endOfLine(bytes, end + 1);
            if (next >= 0 && text(bytes, end + 1, next) != null) {
                throw new CorruptJournalException(file + " is damaged at byte " + damaged);
            }
            end = next;
        }
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }

    private static String line(String text) {
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("more than a line: '" + text + "'");
        }
        return checksum(text) + " " + text + "\n";
    }

    /// Adds a line; when this returns it is on disk. When it throws, the journal is of no more use: what a disk that
    /// failed to sync holds is unknown.
    void append(String text) throws IOException {
        if (failed) {
            throw new IOException(file + " could not be written before");
        }
        failed = true;
        writeAll(channel, line(text));
        channel.force(false);
        failed = false;
    }

    /// Puts these lines in place of all that are there, all at once.
    void replace(List<String> lines) throws IOException {
        failed = true;
        channel.close();
        channel = write(file, title, lines);
        failed = false;
    }

    private static FileChannel write(Path file, String title, List<String> lines)
            throws IOException {
        StringBuilder text = new StringBuilder(line(title));
        lines.forEach(line -> text.append(line(line)));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
        try {
            writeAll(channel, text.toString());
            channel.force(true);
            Durable.rename(fresh, file);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void writeAll(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
