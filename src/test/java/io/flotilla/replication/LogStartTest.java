package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.CommittedLog.Era;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A log that begins in the middle says of everything behind its start what the whole log says.
final class LogStartTest {
    private record Logged(long term, Entry entry) {
        byte[] bytes() {
            return switch (entry) {
                case ReignStart start -> Entry.encode(start);
                case Transactions transactions -> Entry.encode(transactions);
            };
        }
    }

    /// Histories with reigns that write nothing, large transactions that are finished or not, and refused entries.
    private static List<Logged> history(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Logged> log = new ArrayList<>();
        Gtid last = Gtid.NONE;
        for (long term = 1; term < 8; term++) {
            log.add(
                    new Logged(
                            term,
                            new ReignStart(
                                    term, new NodeId(1), last, new byte[] {(byte) term, 1, 2})));
            int entries = random.nextInt(8);
            for (int i = 0; i < entries; i++) {
                int kind = random.nextInt(6);
                if (kind == 0 && i == entries - 1 && random.nextBoolean()) {
                    // The reign ends before it is whole.
                    last = large(log, term, last, false);
                } else if (kind == 0) {
                    last = large(log, term, last, true);
                } else if (kind == 1) {
                    refused(log, term, last);
                } else {
                    last = plain(log, term, last, random);
                }
            }
        }
        return log;
    }

    private static Gtid plain(List<Logged> log, long term, Gtid last, SplittableRandom random) {
        List<Slice> slices = new ArrayList<>();
        long seq = last.seq();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int flags = random.nextInt(3) == 0 ? Slice.STANDALONE : Slice.TRANSACTIONAL;
            slices.add(slice(term, ++seq, flags, true, true));
        }
        log.add(new Logged(term, new Transactions(term, last.seq(), slices)));
        return new Gtid(0, term, seq);
    }

    private static Gtid large(List<Logged> log, long term, Gtid last, boolean finished) {
        long seq = last.seq() + 1;
        log.add(part(term, last.seq(), slice(term, seq, Slice.TRANSACTIONAL, true, false)));
        log.add(part(term, last.seq(), slice(term, seq, Slice.TRANSACTIONAL, false, false)));
        if (!finished) {
            return last;
        }
        log.add(
                new Logged(
                        term,
                        new Transactions(
                                term,
                                last.seq(),
                                List.of(
                                        slice(term, seq, Slice.TRANSACTIONAL, false, true),
                                        slice(term, seq + 1, Slice.STANDALONE, true, true)))));
        return new Gtid(0, term, seq + 1);
    }

    private static Logged part(long term, long previous, Slice slice) {
        return new Logged(term, new Transactions(term, previous, List.of(slice)));
    }

    private static void refused(List<Logged> log, long term, Gtid last) {
        log.add(part(term + 100, last.seq(), slice(term, last.seq() + 1, 0, true, true)));
    }

    private static Slice slice(long term, long seq, int flags, boolean first, boolean last) {
        return new Slice(
                new Gtid(0, term, seq),
                flags,
                first,
                last,
                new BinlogPosition("bin.000001", 100 * seq),
                new byte[] {1, 2, 3});
    }

    private static void apply(CommittedLog to, List<Logged> log, int from) {
        for (int i = from; i < log.size(); i++) {
            to.apply(i + 1L, log.get(i).term(), log.get(i).bytes());
        }
    }

    private static CommittedLog whole(List<Logged> log) {
        CommittedLog committed = new CommittedLog(0);
        apply(committed, log, 0);
        return committed;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void saysTheSameWhereverItBegins(long seed) {
        List<Logged> log = history(seed);
        CommittedLog whole = whole(log);
        int begun = 0;
        for (int index = 1; index <= log.size(); index++) {
            Entry entry = log.get(index - 1).entry();
            boolean boundary =
                    switch (entry) {
                        case ReignStart ignored -> true;
                        case Transactions transactions -> transactions.slices().getFirst().first();
                    };
            if (!boundary || !whole.isAccepted(index)) {
                continue;
            }
            long last =
                    switch (entry) {
                        case ReignStart start -> start.last().seq();
                        case Transactions transactions -> transactions.previous();
                    };
            LogStart start = whole.startBefore(index, last);
            CommittedLog restored = new CommittedLog(0);
            restored.restore(LogStart.decode(start.encode()));
            apply(restored, log, index - 1);
            assertSame(restored, whole, index, last);
            CommittedLog cut = whole(log);
            cut.forget(cut.startBefore(index, last));
            assertSame(cut, whole, index, last);
            begun++;
        }
        assertThat(begun).isGreaterThan(6);
    }

    private static void assertSame(CommittedLog part, CommittedLog whole, long index, long last) {
        assertThat(part.last()).isEqualTo(whole.last());
        assertThat(part.appliedIndex()).isEqualTo(whole.appliedIndex());
        assertThat(part.firstSeq()).isEqualTo(last + 1);
        assertThat(part.firstIndex()).isEqualTo(index);
        assertThat(part.era().map(Era::index)).isEqualTo(whole.era().map(Era::index));
        for (long seq = 0; seq <= whole.last().seq() + 1; seq++) {
            for (long term = 0; term < 8; term++) {
                Gtid gtid = seq == 0 ? Gtid.NONE : new Gtid(0, term, seq);
                assertThat(part.contains(gtid))
                        .as("%s from entry %d on", gtid, index)
                        .isEqualTo(seq >= last && whole.contains(gtid));
            }
            if (seq > last) {
                assertThat(part.gtid(seq)).isEqualTo(whole.gtid(seq));
                assertThat(part.entryOf(seq)).isEqualTo(whole.entryOf(seq));
                assertThat(part.eraFor(seq).map(Era::term))
                        .isEqualTo(whole.eraFor(seq).map(Era::term));
            }
        }
        for (long at = index - 1; at <= whole.appliedIndex(); at++) {
            assertThat(part.entryAfter(at)).isEqualTo(whole.entryAfter(at));
        }
        part.era()
                .ifPresent(era ->
                        assertThat(part.gatedIn(era))
                                .isEqualTo(whole.gatedIn(whole.eraOf(era.term()).orElseThrow())));
    }

    @Test
    void aServerThatStandsBeforeTheStartIsNotInTheLog() {
        List<Logged> log = history(1);
        CommittedLog whole = whole(log);
        Gtid last = whole.last();
        LogStart end =
                new LogStart(log.size(), last, List.of(whole.era().orElseThrow()), List.of());
        CommittedLog restored = new CommittedLog(0);
        restored.restore(end);
        assertThat(restored.contains(Gtid.NONE)).isFalse();
        assertThat(restored.contains(new Gtid(0, 1, 1))).isFalse();
        assertThat(restored.contains(last)).isTrue();
        assertThat(restored.contains(new Gtid(0, last.serverId() + 1, last.seq()))).isFalse();
    }
}
