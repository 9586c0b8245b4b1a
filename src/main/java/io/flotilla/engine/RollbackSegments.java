package io.flotilla.engine;

import io.flotilla.binlog.BinlogPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The binlog position that InnoDB keeps with its data: each commit writes the end of its transaction in the binlog into
/// the header of the rollback segment it used, as part of the same mini-transaction.
///
/// InnoDB prints the greatest one at a start ("Last binlog file"), but only at a start that has to recover: not when the
/// server was idle long enough before it was killed, and not when a recovery is repeated (tried on 11.4.5). Read from
/// the files of a server that has been shut down, it is there always. Layout: storage/innobase/include/trx0rseg.h and
/// trx0sys.h; the rule of the greatest: trx0rseg.cc, trx_rseg_mem_restore.
final class RollbackSegments {
    private static final int PAGE = 16_384;
    private static final int PAGE_NUMBER_AT = 4;
    private static final int PAGE_TYPE_AT = 24;
    private static final int SPACE_ID_AT = 34;
    private static final int BODY = 38;

    private static final int SYSTEM_PAGE = 5;
    private static final int SYSTEM_PAGE_TYPE = 7;
    private static final int SLOTS_AT = BODY + 18;
    private static final int SLOTS = 128;
    private static final int NO_PAGE = -1;

    private static final int SEGMENT_PAGE_TYPE = 6;
    private static final int MAX_TRX_ID_AT = BODY + 34 + 1024 * 4;
    private static final int BINLOG_OFFSET_AT = MAX_TRX_ID_AT + 8;
    private static final int BINLOG_NAME_AT = MAX_TRX_ID_AT + 16;
    private static final int BINLOG_NAME_BYTES = 512;

    private final Map<Integer, Path> files;

    private RollbackSegments(Map<Integer, Path> files) {
        this.files = files;
    }

    /// @return the end of the last transaction in the data; empty when no transaction ever came through a binlog
    /// @throws EngineException when the files are not as expected
    static Optional<BinlogPosition> lastBinlogPosition(Path data) throws IOException {
        return new RollbackSegments(tablespaces(data)).last();
    }

    private static Map<Integer, Path> tablespaces(Path data) throws IOException {
        Map<Integer, Path> files = new HashMap<>();
        try (Stream<Path> paths = Files.list(data)) {
            for (Path path : paths.toList()) {
                String name = String.valueOf(path.getFileName());
                if (name.equals("ibdata1") || name.matches("undo\\d{3}")) {
                    files.put(page(path, 0).getInt(SPACE_ID_AT), path);
                }
            }
        }
        return files;
    }

    private Optional<BinlogPosition> last() throws IOException {
        ByteBuffer system = page(file(0), SYSTEM_PAGE);
        requireType(system, SYSTEM_PAGE, SYSTEM_PAGE_TYPE);
        Optional<BinlogPosition> last = Optional.empty();
        for (int slot = 0; slot < SLOTS; slot++) {
            int space = system.getInt(SLOTS_AT + 8 * slot);
            int number = system.getInt(SLOTS_AT + 8 * slot + 4);
            if (number != NO_PAGE) {
                last = greater(last, position(space, number));
            }
        }
        return last;
    }

    private Optional<BinlogPosition> position(int space, int number) throws IOException {
        ByteBuffer header = page(file(space), number);
        requireType(header, number, SEGMENT_PAGE_TYPE);
        if (header.getInt(BODY) != 0) {
            throw new EngineException("A rollback segment is of a format before MariaDB 10.3.5.");
        }
        byte[] name = new byte[BINLOG_NAME_BYTES];
        header.get(BINLOG_NAME_AT, name);
        String padded = new String(name, StandardCharsets.ISO_8859_1);
        String file = padded.substring(0, Math.max(0, padded.indexOf('\0')));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new BinlogPosition(
                        file.substring(file.lastIndexOf('/') + 1),
                        header.getLong(BINLOG_OFFSET_AT)));
    }

    /// The greatest name as text, then the greatest offset: names of reigns grow (see [RunRecord#highestBinlog]).
    private static Optional<BinlogPosition> greater(
            Optional<BinlogPosition> one, Optional<BinlogPosition> other) {
        return Stream.of(one, other)
                .flatMap(Optional::stream)
                .max(
                        Comparator.comparing(BinlogPosition::file)
                                .thenComparingLong(BinlogPosition::offset));
    }

    private Path file(int space) {
        Path file = files.get(space);
        if (file == null) {
            throw new EngineException("InnoDB's tablespace " + space + " is not there.");
        }
        return file;
    }

    private static void requireType(ByteBuffer page, int number, int type) {
        if (page.getInt(PAGE_NUMBER_AT) != number || page.getShort(PAGE_TYPE_AT) != type) {
            throw new EngineException(
                    "InnoDB's page %d is not of type %d.".formatted(number, type));
        }
    }

    private static ByteBuffer page(Path file, int number) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = Integer.toUnsignedLong(number) * PAGE;
            while (page.hasRemaining()) {
                if (channel.read(page, at + page.position()) < 0) {
                    throw new EngineException(file + " ends before page " + number);
                }
            }
        }
        return page;
    }
}
