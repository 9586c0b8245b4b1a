package io.flotilla.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What the clients of a [Load] asked, when, and what they were told. Thread-safe; times are this process's
/// [System#nanoTime].
public final class History {
    private final Collection<TokenWrite> tokenWrites = new ConcurrentLinkedQueue<>();
    private final Collection<TokenRead> tokenReads = new ConcurrentLinkedQueue<>();
    private final Collection<RegisterWrite> registerWrites = new ConcurrentLinkedQueue<>();
    private final Collection<RegisterRead> registerReads = new ConcurrentLinkedQueue<>();
    private final Collection<TallyWrite> tallyWrites = new ConcurrentLinkedQueue<>();
    private final LongAdder failedReads = new LongAdder();

    /// From the moment before the request was sent to the moment after its answer (or its end without one) was seen.
    public record Span(long began, long ended) {
        boolean endedBefore(Span other) {
            return ended - other.began < 0;
        }
    }

    /// An operation at a node (counted from 1).
    public interface Operation {
        int node();

        Span span();
    }

    /// A write of any kind.
    public sealed interface Write extends Operation permits TokenWrite, RegisterWrite, TallyWrite {
        Outcome outcome();
    }

    /// The one attempt to insert a row that no other attempt inserts.
    public record TokenWrite(String table, long token, int node, Span span, Outcome outcome)
            implements Write {}

    /// Every row of the table with `low < token < high`, as a linearizable read gave it.
    public record TokenRead(
            String table, long low, long high, List<Long> tokens, int node, Span span)
            implements Operation {
        public TokenRead {
            tokens = List.copyOf(tokens);
        }
    }

    /// An attempt to move a register from one value to the next, on condition that it has the former. Only one client
    /// writes a register.
    public record RegisterWrite(int key, long from, int node, Span span, Outcome outcome)
            implements Write {
        long to() {
            return from + 1;
        }

        /// Whether the answer says that it moved the register (and not: that the condition did not hold).
        boolean moved() {
            return outcome instanceof Outcome.Acknowledged told && told.rows() == 1;
        }
    }

    public record RegisterRead(int key, long value, int node, Span span) implements Operation {}

    /// An attempt to add one to a number, without any condition.
    public record TallyWrite(int key, int node, Span span, Outcome outcome) implements Write {}

    void add(TokenWrite write) {
        tokenWrites.add(write);
    }

    void add(TokenRead read) {
        tokenReads.add(read);
    }

    void add(RegisterWrite write) {
        registerWrites.add(write);
    }

    void add(RegisterRead read) {
        registerReads.add(read);
    }

    void add(TallyWrite write) {
        tallyWrites.add(write);
    }

    void addFailedRead() {
        failedReads.increment();
    }

    public long failedReads() {
        return failedReads.sum();
    }

    public List<TokenWrite> tokenWrites() {
        return List.copyOf(tokenWrites);
    }

    List<TokenRead> tokenReads() {
        return List.copyOf(tokenReads);
    }

    List<RegisterWrite> registerWrites() {
        return List.copyOf(registerWrites);
    }

    List<RegisterRead> registerReads() {
        return List.copyOf(registerReads);
    }

    List<TallyWrite> tallyWrites() {
        return List.copyOf(tallyWrites);
    }

    public Stream<Write> writes() {
        return Stream.of(tokenWrites, registerWrites, tallyWrites).flatMap(Collection::stream);
    }

    /// The first acknowledged write that began after this moment.
    Optional<Write> firstAcknowledgedAfter(long moment) {
        return writes().filter(write -> write.outcome().acknowledged())
                .filter(write -> write.span().began() - moment > 0)
                .min(Comparator.comparingLong(write -> write.span().ended() - moment));
    }

    /// The longest time between one acknowledgement and the next, in nanoseconds.
    public long longestSilence() {
        return longestGap(acknowledgements().sorted().boxed().toList());
    }

    /// The longest time without an acknowledgement between two moments, in which nothing before the first counts.
    public Duration longestSilence(long from, long to) {
        List<Long> moments = new ArrayList<>();
        moments.add(from);
        acknowledgements()
                .filter(moment -> moment - from > 0 && to - moment > 0)
                .sorted()
                .forEach(moments::add);
        moments.add(to);
        return Duration.ofNanos(longestGap(moments));
    }

    private LongStream acknowledgements() {
        return writes().filter(write -> write.outcome().acknowledged())
                .mapToLong(write -> write.span().ended());
    }

    private static long longestGap(List<Long> moments) {
        long longest = 0;
        for (int i = 1; i < moments.size(); i++) {
            longest = Math.max(longest, moments.get(i) - moments.get(i - 1));
        }
        return longest;
    }

    /// One line: how much was done and how it ended.
    public String summary() {
        long acknowledged = writes().filter(write -> write.outcome().acknowledged()).count();
        long notApplied = writes().filter(write -> write.outcome().notApplied()).count();
        long unknown = writes().filter(write -> write.outcome().unknown()).count();
        return "%d writes acknowledged, %d not applied, %d unknown; %d reads, %d failed; longest time without an acknowledgement %d ms"
                .formatted(
                        acknowledged,
                        notApplied,
                        unknown,
                        tokenReads.size() + registerReads.size(),
                        failedReads.sum(),
                        longestSilence() / 1_000_000);
    }

    /// Why writes ended without success, and how often: for a person who looks at a run.
    public String reasons() {
        var counts = new TreeMap<String, Long>();
        writes().forEach(write -> {
            switch (write.outcome()) {
                case Outcome.Acknowledged _ -> {}
                case Outcome.NotApplied(String why) ->
                        counts.merge("not applied: " + shortened(why), 1L, Long::sum);
                case Outcome.Unknown(String why) ->
                        counts.merge("unknown: " + shortened(why), 1L, Long::sum);
            }
        });
        StringBuilder text = new StringBuilder();
        counts.forEach((why, count) -> text.append("%6d  %s%n".formatted(count, why)));
        return text.toString();
    }

    private static String shortened(String why) {
        String oneLine = why.replaceAll("\\s+", " ").replaceAll("\\d{3,}", "N");
        return oneLine.length() <= 160 ? oneLine : oneLine.substring(0, 160) + "...";
    }
}
