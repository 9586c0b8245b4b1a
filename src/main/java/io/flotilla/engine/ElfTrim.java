package io.flotilla.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Cuts everything off an executable that the system does not load: symbols, debug information, section headers.
///
/// What is loaded is named by the program headers alone (ELF-64 object file format, "Program header table"); behind the
/// last segment lie only sections for linkers and debuggers. mariadbd goes from 314 MB to 29 MB.
final class ElfTrim {
    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x7f454c46;
    private static final int CLASS_64_LITTLE_ENDIAN = 0x0201;
    private static final int PROGRAM_HEADERS_AT = 32;
    private static final int SECTION_HEADERS_AT = 40;
    private static final int PROGRAM_HEADER_SIZE_AT = 54;
    private static final int PROGRAM_HEADER_COUNT_AT = 56;
    private static final int SECTION_HEADER_SIZE_AT = 58;

    private ElfTrim() {}

    static void trim(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer header = read(channel, 0, HEADER_BYTES);
            requireElf64(file, header);
            long end = endOfSegments(channel, header);
            if (end > channel.size()) {
                throw new EngineException(file + " is cut short: its segments end at " + end);
            }
            header.putLong(SECTION_HEADERS_AT, 0);
            header.putShort(SECTION_HEADER_SIZE_AT, (short) 0);
            header.putShort(SECTION_HEADER_SIZE_AT + 2, (short) 0);
            header.putShort(SECTION_HEADER_SIZE_AT + 4, (short) 0);
            channel.truncate(end);
            channel.write(header.rewind(), 0);
        }
    }

    private static void requireElf64(Path file, ByteBuffer header) {
        boolean elf64 =
                header.order(ByteOrder.BIG_ENDIAN).getInt(0) == MAGIC
                        && header.getShort(4) == CLASS_64_LITTLE_ENDIAN;
        header.order(ByteOrder.LITTLE_ENDIAN);
        if (!elf64) {
            throw new EngineException(file + " is not a 64-bit Linux program");
        }
    }

    private static long endOfSegments(SeekableByteChannel channel, ByteBuffer header)
            throws IOException {
        long at = header.getLong(PROGRAM_HEADERS_AT);
        int size = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_SIZE_AT));
        int count = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_COUNT_AT));
        long end = at + (long) size * count;
        ByteBuffer headers = read(channel, at, size * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            long offset = headers.getLong(i * size + 8);
            long bytesInFile = headers.getLong(i * size + 32);
            end = Math.max(end, offset + bytesInFile);
        }
        return end;
    }

    private static ByteBuffer read(SeekableByteChannel channel, long at, int bytes)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        channel.position(at);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EngineException("a program ends inside its own headers");
            }
        }
        return buffer.flip();
    }
}
