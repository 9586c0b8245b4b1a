package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.replication.Entry.Transactions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapPumpTest {
    private static final long TERM = 3;

    private final CommittedLog committed = new CommittedLog(0);
    private final HandLog raft = new HandLog(committed);
    private final List<BinlogPosition> acknowledged = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> durable = new ArrayList<>();
    private final Visibility visibility = new Visibility(0);
    private final CommitClock clock = new CommitClock();
    private final TapPump pump =
            new TapPump(
                    TERM,
                    Gtid.NONE,
                    raft,
                    committed,
                    slice -> durable.add(slice.gtid() + " before entry " + raft.appended().size()),
                    visibility,
                    clock,
                    failures::add);

    @BeforeEach
    void reign() {
        pump.attached(acknowledged::add);
        raft.append(TERM, Entry.encode(ChainTest.reign(TERM, Gtid.NONE)));
        raft.commitAll();
    }

    private static BinlogPosition end(long seq) {
        return new BinlogPosition("bin.1", seq);
    }

    @Test
    void handsOverInOneEntryAllThatWasReadBeforeItHadToWait() {
        pump.slice(ChainTest.whole(TERM, 1));
        pump.slice(ChainTest.whole(TERM, 2));
        assertThat(raft.appended()).hasSize(1);
        pump.idle();

        assertThat(((Transactions) Entry.decode(raft.appended().getLast())).slices()).hasSize(2);
    }

    @Test
    void acknowledgesOnlyWhatIsCommitted() {
        pump.slice(ChainTest.whole(TERM, 1));
        pump.slice(ChainTest.whole(TERM, 2));
        pump.idle();
        assertThat(acknowledged).isEmpty();

        raft.commitAll();
        assertThat(acknowledged).containsExactly(end(2));
    }

    @Test
    void acknowledgesNothingOfAnAppendThatFailedAndDoesNotRepeatIt() {
        pump.slice(ChainTest.whole(TERM, 1));
        pump.idle();
        raft.failNext(new IllegalStateException("lost the lead"));

        assertThat(acknowledged).isEmpty();
        assertThat(failures).singleElement().asString().contains("lost the lead");
        assertThat(raft.appended()).hasSize(2);
    }

    @Test
    void anAcknowledgementThatCannotBeGivenEndsTheTap() {
        pump.attached(end -> {
            throw new IllegalStateException("no way to the server");
        });
        pump.slice(ChainTest.whole(TERM, 1));
        pump.idle();
        raft.commitAll();

        assertThat(failures).singleElement().asString().contains("no way to the server");
    }

    @Test
    void acknowledgesNothingThatTheChainRefused() {
        pump.slice(ChainTest.whole(TERM, 2));
        pump.idle();
        raft.commitAll();

        assertThat(acknowledged).isEmpty();
        assertThat(failures).singleElement().asString().contains("refused transaction 0-3-2");
    }

    @Test
    void acknowledgesALargeTransactionWhenItsLastPartIsCommitted() {
        pump.slice(ChainTest.slice(TERM, 1, true, false));
        pump.idle();
        raft.commitAll();
        assertThat(acknowledged).isEmpty();

        pump.slice(ChainTest.slice(TERM, 1, false, true));
        pump.idle();
        raft.commitAll();
        assertThat(acknowledged).containsExactly(end(1));
        assertThat(committed.last().seq()).isEqualTo(1);
    }

    @Test
    void makesADdlDurableBeforeTheLogMayNameIt() {
        Slice ddl =
                new Slice(
                        new Gtid(0, TERM, 2),
                        Slice.STANDALONE | Slice.DDL,
                        true,
                        true,
                        end(2),
                        new byte[1]);
        pump.slice(ChainTest.whole(TERM, 1));
        pump.slice(ddl);
        pump.idle();

        assertThat(durable).containsExactly("0-3-2 before entry 2");
        assertThat(raft.appended()).hasSize(3);
    }

    @Test
    void countsWhatTheServerCounts() {
        visibility.base(100);
        pump.slice(ChainTest.whole(TERM, 1));
        pump.slice(
                new Slice(
                        new Gtid(0, TERM, 2),
                        Slice.STANDALONE | Slice.DDL,
                        true,
                        true,
                        end(2),
                        new byte[1]));
        pump.slice(ChainTest.whole(TERM, 3));

        assertThat(
                        List.of(
                                visibility.commitsAt(0),
                                visibility.commitsAt(1),
                                visibility.commitsAt(2)))
                .containsExactly(100L, 101L, 101L);
        assertThat(visibility.commitsAt(3)).isEqualTo(102L);
    }
}
