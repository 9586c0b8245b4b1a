package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.CommittedLog.Era;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the log carries, damaged: read, or refused with the one exception that stops a node in order.
final class EntryFuzzTest {
    private static final int CASES = 20_000;
    private static final ReignStart START =
            new ReignStart(7, new NodeId(2), new Gtid(0, 6, 40), new byte[] {1, 2, 3});

    @Test
    void entries() {
        Slice slice =
                new Slice(
                        new Gtid(0, 7, 41),
                        0,
                        true,
                        true,
                        new BinlogPosition("bin.000001", 400),
                        new byte[30]);
        Fuzz.Outcome outcome =
                Fuzz.of(
                                List.of(
                                        Entry.encode(START),
                                        Entry.encode(new Transactions(7, 40, List.of(slice)))))
                        .refusedBy(IllegalStateException.class)
                        .run(CASES, Entry::decode);

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }

    @Test
    void whatStandsInTheirPlace() {
        LogStart start =
                new LogStart(90, new Gtid(0, 7, 41), List.of(new Era(START, 80)), List.of(41L));
        Fuzz.Outcome outcome =
                Fuzz.of(List.of(start.encode()))
                        .refusedBy(IllegalStateException.class)
                        .run(CASES, LogStart::decode);

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
