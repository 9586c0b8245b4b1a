package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.BinlogPosition;
import io.flotilla.binlog.Gtid;
import io.flotilla.binlog.Slice;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.Entry.ReignStart;
import io.flotilla.replication.Entry.Transactions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChainTest {
    private final Chain chain = new Chain(0);

    static ReignStart reign(long term, Gtid last) {
        return new ReignStart(term, new NodeId(1), last, new byte[] {1});
    }

    static Slice whole(long term, long seq) {
        return slice(term, seq, true, true);
    }

    static Slice slice(long term, long seq, boolean first, boolean last) {
        return new Slice(
                new Gtid(0, term, seq),
                Slice.TRANSACTIONAL,
                first,
                last,
                new BinlogPosition("bin.1", seq),
                new byte[1]);
    }

    static Transactions entry(long term, long previous, Slice... slices) {
        return new Transactions(term, previous, Arrays.asList(slices));
    }

    private void accepts(long term, Entry entry) {
        assertThat(chain.accept(term, entry)).isNull();
    }

    private void refuses(long term, Entry entry, String because) {
        Gtid before = chain.last();
        assertThat(chain.accept(term, entry)).contains(because);
        assertThat(chain.last()).isEqualTo(before);
    }

    @Test
    void refusesTransactionsBeforeAnyReign() {
        refuses(1, entry(1, 0, whole(1, 1)), "not of the current reign");
    }

    @Nested
    class InAReign {
        @BeforeEach
        void begin() {
            accepts(2, reign(2, Gtid.NONE));
            accepts(2, entry(2, 0, whole(2, 1), whole(2, 2)));
        }

        @Test
        void followsTheTransactions() {
            assertThat(chain.last()).isEqualTo(new Gtid(0, 2, 2));
        }

        @Test
        void refusesAnEntryThatNamesAnotherTermThanItsOwn() {
            refuses(3, entry(2, 2, whole(2, 3)), "names term 2 but was appended in term 3");
        }

        @Test
        void refusesAGapInTheSequence() {
            refuses(2, entry(2, 2, whole(2, 4)), "slice of 0-2-4 after 0-2-2");
        }

        @Test
        void refusesWhatDoesNotFollowItsPredecessor() {
            refuses(2, entry(2, 1, whole(2, 3)), "continues seq 1 but the log is at 2");
        }

        @Test
        void refusesEverythingOfAReignBehindItsFirstRefusal() {
            refuses(2, entry(2, 3, whole(2, 4)), "continues seq 3");
            refuses(2, entry(2, 2, whole(2, 3)), "earlier entry of this reign was refused");
        }

        @Test
        void refusesATransactionUnderAnotherServerId() {
            refuses(2, entry(2, 2, whole(1, 3)), "slice of 0-1-3");
        }

        @Test
        void refusesASecondStartOfTheSameReign() {
            refuses(2, reign(2, new Gtid(0, 2, 2)), "starts after the reign of term 2");
        }

        @Test
        void refusesAReignThatBeginsElsewhere() {
            refuses(3, reign(3, new Gtid(0, 2, 1)), "would start after '0-2-1'");
            refuses(3, entry(3, 2, whole(3, 3)), "not of the current reign");
        }

        @Test
        void refusesAnOldReignAfterANewOne() {
            accepts(3, reign(3, new Gtid(0, 2, 2)));
            refuses(2, entry(2, 2, whole(2, 3)), "not of the current reign");
            accepts(3, entry(3, 2, whole(3, 3)));
        }

        @Test
        void countsALargeTransactionOnlyWhenItIsWhole() {
            accepts(2, entry(2, 2, whole(2, 3), slice(2, 4, true, false)));
            assertThat(chain.last().seq()).isEqualTo(3);
            accepts(2, entry(2, 3, slice(2, 4, false, false)));
            assertThat(chain.last().seq()).isEqualTo(3);
            accepts(2, entry(2, 3, slice(2, 4, false, true), whole(2, 5)));
            assertThat(chain.last().seq()).isEqualTo(5);
        }

        @Test
        void refusesAnotherTransactionInsideALargeOne() {
            accepts(2, entry(2, 2, slice(2, 3, true, false)));
            refuses(2, entry(2, 2, whole(2, 3)), "slice of 0-2-3 after a part of 0-2-3");
        }

        @Test
        void forgetsAPartWhenItsReignEnds() {
            accepts(2, entry(2, 2, slice(2, 3, true, false)));
            accepts(4, reign(4, new Gtid(0, 2, 2)));
            accepts(4, entry(4, 2, whole(4, 3)));
            assertThat(chain.last()).isEqualTo(new Gtid(0, 4, 3));
        }
    }
}
