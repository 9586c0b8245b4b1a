package io.flotilla.consensus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A state machine that remembers what it was given.
final class RecordingMachine implements StateMachine {
    record Entry(long index, long term, String text) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    volatile Consumer<Entry> onEntry = entry -> {};
    volatile Runnable onLeading = () -> {};

    @Override
    public void committed(long index, long term, byte[] entry) {
        Entry given = new Entry(index, term, new String(entry, StandardCharsets.UTF_8));
        onEntry.accept(given);
        synchronized (entries) {
            entries.add(given);
        }
    }

    @Override
    public void restored(long index, byte[] state) {
        events.add("restored " + index + " " + new String(state, StandardCharsets.UTF_8));
        synchronized (entries) {
            entries.clear();
        }
    }

    @Override
    public void leading(long term) {
        events.add("leading " + term);
        onLeading.run();
    }

    @Override
    public void notLeading(long term) {
        events.add("not leading " + term);
    }

    @Override
    public void leadershipChanged() {}

    List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    List<String> texts() {
        return entries().stream().map(Entry::text).toList();
    }

    List<String> events() {
        return List.copyOf(events);
    }
}
