package io.flotilla.replication;

import java.util.Arrays;

/// Longs in ascending order, in one growing array.
final class LongList {
    private long[] values = new long[1024];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + size / 2);
        }
        values[size++] = value;
    }

    void removeLast() {
        size--;
    }

    void removeFirst(int count) {
        System.arraycopy(values, count, values, 0, size - count);
        size -= count;
    }

    long get(int at) {
        return values[at];
    }

    int size() {
        return size;
    }

    /// The position of the last value that is at most `limit`; -1 when there is none.
    int lastAtMost(long limit) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[middle] <= limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
