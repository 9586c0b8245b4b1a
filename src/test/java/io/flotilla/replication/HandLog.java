package io.flotilla.replication;

import io.flotilla.consensus.DiskRoom;
import io.flotilla.consensus.ReplicatedLog;
import io.flotilla.peer.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// A log of one node in memory, which commits when the test says so.
final class HandLog implements ReplicatedLog {
    private final CommittedLog committed;
    private final List<byte[]> entries = new ArrayList<>();
    private final List<Long> terms = new ArrayList<>();
    private final Deque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private final List<NodeId> successors = new CopyOnWriteArrayList<>();
    private int given;

    HandLog(CommittedLog committed) {
        this.committed = committed;
    }

    List<byte[]> appended() {
        return List.copyOf(entries);
    }

    /// Whom the lead was offered to, one after the other.
    List<NodeId> successors() {
        return List.copyOf(successors);
    }

    void commitAll() {
        while (!waiting.isEmpty()) {
            byte[] entry = entries.get(given);
            committed.apply(given + 1, terms.get(given), entry);
            given++;
            waiting.remove().complete((long) given);
        }
    }

    void failNext(Exception cause) {
        given++;
        waiting.remove().completeExceptionally(cause);
    }

    @Override
    public CompletableFuture<Long> append(long term, byte[] entry) {
        entries.add(entry);
        terms.add(term);
        CompletableFuture<Long> done = new CompletableFuture<>();
        waiting.add(done);
        return done;
    }

    @Override
    public CompletableFuture<Long> readIndex() {
        return CompletableFuture.completedFuture((long) given);
    }

    @Override
    public Leadership leadership() {
        return new Leadership(1, Optional.of(new NodeId(1)), true);
    }

    @Override
    public Optional<byte[]> read(long index) {
        return Optional.of(entries.get((int) index - 1));
    }

    @Override
    public Optional<java.time.Duration> quorumSilence() {
        return Optional.empty();
    }

    @Override
    public long firstIndex() {
        return 1;
    }

    @Override
    public DiskRoom room() {
        return new DiskRoom(java.nio.file.Path.of("."), 0);
    }

    @Override
    public Duration writing() {
        return Duration.ZERO;
    }

    @Override
    public long bytes() {
        return entries.stream().mapToLong(entry -> entry.length).sum();
    }

    @Override
    public long indexBeforeLast(long bytes) {
        return 1;
    }

    @Override
    public void compact(long index, byte[] state) {
        throw new UnsupportedOperationException("this log is never compacted");
    }

    @Override
    public CompletableFuture<Void> handOver(Optional<NodeId> successor) {
        successor.ifPresent(successors::add);
        return CompletableFuture.failedFuture(new IllegalStateException("alone"));
    }

    @Override
    public void close() {}
}
