package io.flotilla.binlog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A log in memory: what a tap read, for a feed to give.
final class TransactionList implements FeedSource {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<Item> items = new ArrayList<>();
    private final List<Slice> slices = new ArrayList<>();
    private final List<Item> open = new ArrayList<>();
    private int openCursors;

    /// How many transactions its cursors join at most ([JoinedTransactions]).
    volatile int joining = 1;

    void format(byte[] event) {
        add(List.of(new Format(event)));
    }

    /// Shows a transaction only when it is whole; what was begun and never ended is forgotten.
    void add(Slice slice) {
        lock.lock();
        try {
            slices.add(slice);
            if (slice.first()) {
                open.clear();
            }
            open.add(new Bytes(slice));
            if (slice.last()) {
                add(List.copyOf(open));
                open.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(List<Item> more) {
        lock.lock();
        try {
            items.addAll(more);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<Slice> slices() {
        lock.lock();
        try {
            return List.copyOf(slices);
        } finally {
            lock.unlock();
        }
    }

    byte[] lastFormat() {
        lock.lock();
        try {
            byte[] last = {};
            for (Item item : items) {
                if (item instanceof Format begun) {
                    last = begun.event().clone();
                }
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /// The last whole transaction.
    Gtid last() {
        List<Slice> all = slices();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).last()) {
                return all.get(i).gtid();
            }
        }
        return Gtid.NONE;
    }

    int openCursors() {
        lock.lock();
        try {
            return openCursors;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Cursor open(Gtid position) throws UnknownPositionException {
        lock.lock();
        try {
            Format format = null;
            int from = position.equals(Gtid.NONE) ? 0 : -1;
            for (int i = 0; i < items.size() && from < 0; i++) {
                switch (items.get(i)) {
                    case Format begun -> format = begun;
                    case Bytes bytes -> {
                        if (bytes.slice().last() && bytes.slice().gtid().equals(position)) {
                            from = i + 1;
                        }
                    }
                }
            }
            if (from < 0) {
                throw new UnknownPositionException("no transaction " + position);
            }
            openCursors++;
            return new ListCursor(from, Optional.ofNullable(format));
        } finally {
            lock.unlock();
        }
    }

    private final class ListCursor implements Cursor {
        private int at;
        private Optional<Item> first;

        private ListCursor(int at, Optional<Format> first) {
            this.at = at;
            this.first = first.map(Item.class::cast);
        }

        @Override
        public Optional<Item> next(Duration patience) throws InterruptedException {
            if (first.isPresent()) {
                Optional<Item> format = first;
                first = Optional.empty();
                return format;
            }
            lock.lockInterruptibly();
            try {
                long left = patience.toNanos();
                while (at == items.size()) {
                    if (left <= 0) {
                        return Optional.empty();
                    }
                    left = grown.awaitNanos(left);
                }
                return Optional.of(joining > 1 ? joined() : items.get(at++));
            } finally {
                lock.unlock();
            }
        }

        private Item joined() {
            Item item = items.get(at++);
            List<Slice> run = new ArrayList<>();
            while (item instanceof Bytes(Slice slice) && JoinedTransactions.joinable(slice)) {
                run.add(slice);
                if (at == items.size()
                        || run.size() == joining
                        || !(items.get(at) instanceof Bytes(Slice next))
                        || !JoinedTransactions.joinable(next)) {
                    break;
                }
                item = items.get(at++);
            }
            return run.isEmpty() ? item : new Bytes(JoinedTransactions.of(run));
        }

        @Override
        public void close() {
            lock.lock();
            try {
                openCursors--;
            } finally {
                lock.unlock();
            }
        }
    }
}
