package io.flotilla.bench.speed;

import java.util.List;
import java.util.stream.Stream;

/// A table of so many mebibytes, alike wherever its statements run: rows of about 1 KB that say nothing.
///
/// @param mebibytes of its file, at least
record Filling(int mebibytes) {
    static final String TABLE = "filling";

    /// InnoDB puts 15 of them on a page of 16 KiB.
    private static final int ROWS_TO_A_MEBIBYTE = 64 * 15;

    /// A transaction of a quarter of a mebibyte. So there are more of them than a node would rather be fed than be given
    /// another's data.
    private static final int ROWS_TO_A_STATEMENT = ROWS_TO_A_MEBIBYTE / 4;

    static final int LEAST = 300;
    static final int MOST = 100_000;

    Filling {
        if (mebibytes < LEAST || mebibytes > MOST) {
            throw new IllegalArgumentException(
                    "%d to %d MiB: %d".formatted(LEAST, MOST, mebibytes));
        }
    }

    static String table() {
        return "CREATE TABLE " + TABLE + " (id BIGINT PRIMARY KEY, c VARCHAR(1000) NOT NULL)";
    }

    /// One transaction each, in this order.
    Stream<String> inserts() {
        int rows = mebibytes * ROWS_TO_A_MEBIBYTE;
        return Stream.iterate(1, first -> first <= rows, first -> first + ROWS_TO_A_STATEMENT)
                .map(first ->
                        "INSERT INTO %s SELECT seq, REPEAT(SHA2(seq, 256), 15) FROM seq_%d_to_%d"
                                .formatted(TABLE, first, first + ROWS_TO_A_STATEMENT - 1));
    }

    /// Asks for one value, equal where the rows are.
    static String sum() {
        // As text in every session: a node gives bytes in base 64.
        return "SELECT CONVERT(CONCAT(COUNT(*), ' rows, ', SUM(CRC32(CONCAT(id, c)))) USING utf8mb4) FROM "
                + TABLE;
    }

    /// Where it lies, below a data directory.
    static List<String> file(String database) {
        return List.of(database, TABLE + ".ibd");
    }
}
