package io.flotilla.verify;

import java.math.BigInteger;

/// The rows of a table, summed up so that their order does not count and a row that is there twice counts twice.
///
/// @param rows how many
/// @param hashes the exact sum of 64 bits of each row's hash, not cut off: one row changed changes it, save for one case
///     in 2^64
record Sum(long rows, BigInteger hashes) {
    static final Sum NONE = new Sum(0, BigInteger.ZERO);

    Sum plus(Sum other) {
        return new Sum(rows + other.rows, hashes.add(other.hashes));
    }

    @Override
    public String toString() {
        return rows + ":" + hashes;
    }
}
