package io.flotilla.bench.speed;

import io.flotilla.bench.ProbeClock;
import java.io.IOException;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Sends a small insert at fixed moments ([ProbeClock]), in turn to each of some servers; each on a connection that waits
/// for nothing else.
final class InsertProbe implements AutoCloseable {
    static final String TABLE = "probes";

    private final List<Target> targets;
    private final AtomicLong tokens;
    private final ConcurrentLinkedQueue<Write> writes = new ConcurrentLinkedQueue<>();
    private final ProbeClock clock = new ProbeClock("insert-probe", this::insert);

    /// Opens a connection to one server.
    @FunctionalInterface
    interface Door {
        Session open() throws IOException;
    }

    /// @param began and `ended` on [System#nanoTime]
    record Write(long token, long began, long ended, boolean acknowledged) {}

    /// @param free connections that are open and idle
    private record Target(Door door, Deque<Session> free) {}

    /// @param tokens where the next key comes from; shared by all probes of one table
    InsertProbe(List<Door> doors, AtomicLong tokens) {
        this.targets =
                doors.stream()
                        .map(door -> new Target(door, new ConcurrentLinkedDeque<>()))
                        .toList();
        this.tokens = tokens;
    }

    void start() {
        clock.start();
    }

    private void insert(int turn) {
        Target target = targets.get(turn % targets.size());
        long token = tokens.incrementAndGet();
        long began = System.nanoTime();
        boolean acknowledged = acknowledged(target, token);
        writes.add(new Write(token, began, System.nanoTime(), acknowledged));
    }

    private static boolean acknowledged(Target target, long token) {
        Session session = target.free().poll();
        try {
            if (session == null) {
                session = target.door().open();
            }
            session.run(List.of("INSERT INTO " + TABLE + " VALUES (" + token + ")"), false);
            target.free().push(session);
            return true;
        } catch (IOException e) {
            if (session != null) {
                session.close();
            }
            return false;
        }
    }

    /// The nanoseconds from the moment to the first acknowledgement of an insert that began after it.
    OptionalLong firstAcknowledgedAfter(long moment) {
        return writes.stream()
                .filter(write -> write.acknowledged() && write.began() - moment > 0)
                .mapToLong(write -> write.ended() - moment)
                .min();
    }

    /// The longest that an acknowledged insert which began after the moment had to wait, in nanoseconds.
    long longestWaitAfter(long moment) {
        return writes.stream()
                .filter(write -> write.acknowledged() && write.began() - moment > 0)
                .mapToLong(write -> write.ended() - write.began())
                .max()
                .orElse(0);
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    /// Sends nothing more, and waits for the answers that are due.
    @Override
    public void close() {
        clock.close();
        targets.forEach(target -> target.free().forEach(Session::close));
    }
}
