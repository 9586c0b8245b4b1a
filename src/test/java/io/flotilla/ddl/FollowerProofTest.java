package io.flotilla.ddl;

import static io.flotilla.ddl.Digests.digest;
import static io.flotilla.ddl.Digests.schema;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.DdlMarks.OpenMark;
import io.flotilla.ddl.FollowerVerdict.AlreadyDone;
import io.flotilla.ddl.FollowerVerdict.GiveAgain;
import io.flotilla.ddl.FollowerVerdict.Proved;
import io.flotilla.ddl.FollowerVerdict.Rebuild;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FollowerProofTest {
    private static final Gtid ELEVEN = new Gtid(0, 3, 11);
    private static final Gtid TWELVE = new Gtid(0, 3, 12);
    private static final Digest BEFORE = digest("before", "1");
    private static final Digest BEFORE_REBUILT = digest("before", "2");
    private static final Digest AFTER = digest("after", "2");
    private static final Digest HALF = digest("half", "2");
    private static final String XID = "X'61',X'',1";

    private Optional<OpenMark> open = Optional.empty();
    private Optional<Done> last =
            Optional.of(new Done(new Gtid(0, 3, 8), Optional.of(BEFORE.schema())));
    private Gtid position = ELEVEN;
    private Digest now = BEFORE;
    private List<String> xaPrepared = List.of();
    private Optional<String> peerAfter = Optional.empty();
    private boolean machineFailed;

    private FollowerVerdict verdict() {
        return Resolver.follower(
                new FollowerCrash(
                        open,
                        last,
                        position,
                        now,
                        new TreeSet<>(xaPrepared),
                        peerAfter,
                        machineFailed));
    }

    private void given(Doubt doubt) {
        Optional<Digest> before =
                doubt.xa() || doubt == Doubt.HARMLESS ? Optional.empty() : Optional.of(BEFORE);
        open = Optional.of(new OpenMark(TWELVE, doubt, before, doubt.xa() ? XID : ""));
    }

    @Nested
    class WithoutAnOpenMark {
        @Test
        void isProvedWhereItStands() {
            assertThat(verdict()).isEqualTo(new Proved(ELEVEN));
        }

        @Test
        void isProvedWhenNothingWasEverMarked() {
            last = Optional.empty();
            position = Gtid.NONE;
            now = AFTER;

            assertThat(verdict()).isEqualTo(new Proved(Gtid.NONE));
        }

        @Test
        void isProvedWhenTheLastDigestWasNotComputed() {
            last = Optional.of(new Done(new Gtid(0, 3, 8), Optional.empty()));
            now = AFTER;

            assertThat(verdict()).isEqualTo(new Proved(ELEVEN));
        }

        @Test
        void isProvedAtTheMarkItself() {
            position = new Gtid(0, 3, 8);

            assertThat(verdict()).isEqualTo(new Proved(position));
        }

        @Test
        void isRebuiltWhenItLostWhatWasDurable() {
            position = new Gtid(0, 3, 7);

            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }

        @Test
        void isRebuiltWhenTheSchemaIsAnother() {
            now = AFTER;

            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }
    }

    @Nested
    class BeforeTheMarkByItsPosition {
        @Test
        void aHarmlessStatementIsGivenAgainWhateverTheSchema() {
            given(Doubt.HARMLESS);
            for (Digest digest : Arrays.asList(BEFORE, AFTER, HALF)) {
                now = digest;
                assertThat(verdict()).isEqualTo(new GiveAgain(TWELVE));
            }
        }

        @Test
        void isGivenAgainWhenNothingChanged() {
            for (Doubt doubt : List.of(Doubt.ALL_OR_NOTHING, Doubt.PIECEMEAL)) {
                given(doubt);
                assertThat(verdict()).isEqualTo(new GiveAgain(TWELVE));
                peerAfter = Optional.of(AFTER.schema());
                assertThat(verdict()).isEqualTo(new GiveAgain(TWELVE));
            }
        }

        @Test
        void ranWhenTheSchemaChanged() {
            given(Doubt.ALL_OR_NOTHING);
            now = AFTER;

            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
        }

        @Test
        void ranWhenATableWasRebuiltWithoutVisibleChange() {
            given(Doubt.ALL_OR_NOTHING);
            now = BEFORE_REBUILT;

            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
            peerAfter = Optional.of(BEFORE.schema());
            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
        }

        @Test
        void isRebuiltWhenItMayHaveRunInPart() {
            given(Doubt.PIECEMEAL);
            now = AFTER;

            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }

        @Test
        void ranWhenAPeerEndedInTheSameSchema() {
            given(Doubt.PIECEMEAL);
            now = AFTER;
            peerAfter = Optional.of(AFTER.schema());

            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
        }

        @Test
        void isRebuiltWhenAPeerEndedInAnotherSchema() {
            now = HALF;
            peerAfter = Optional.of(AFTER.schema());
            for (Doubt doubt : List.of(Doubt.ALL_OR_NOTHING, Doubt.PIECEMEAL)) {
                given(doubt);
                assertThat(verdict()).isInstanceOf(Rebuild.class);
            }
        }

        @Test
        void xaIsAnsweredByXaRecover() {
            given(Doubt.XA_PREPARE);
            assertThat(verdict()).isEqualTo(new GiveAgain(TWELVE));
            given(Doubt.XA_END);
            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
            xaPrepared = List.of("X'00',X'',1", XID);
            assertThat(verdict()).isEqualTo(new GiveAgain(TWELVE));
            given(Doubt.XA_PREPARE);
            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
        }
    }

    @Nested
    class AtTheMarkByItsPosition {
        @Test
        void itRan() {
            position = TWELVE;
            now = AFTER;
            for (Doubt doubt : Doubt.values()) {
                given(doubt);
                assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
            }
        }

        @Test
        void isRebuiltWhenThePositionIsOfAnotherReign() {
            given(Doubt.HARMLESS);
            position = new Gtid(0, 2, 12);

            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }

        @Test
        void aHarmlessStatementIsGivenAgainAfterTheMachineFailed() {
            given(Doubt.HARMLESS);
            position = TWELVE;
            machineFailed = true;

            assertThat(verdict()).isEqualTo(new GiveAgain(TWELVE));
        }

        @Test
        void aPeerDecidesAfterTheMachineFailed() {
            given(Doubt.PIECEMEAL);
            position = TWELVE;
            machineFailed = true;
            now = AFTER;
            peerAfter = Optional.of(AFTER.schema());
            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
            peerAfter = Optional.of(HALF.schema());
            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }

        @Test
        void withoutAPeerOnlyAWholeChangeIsBelievedAfterTheMachineFailed() {
            position = TWELVE;
            machineFailed = true;
            now = AFTER;
            given(Doubt.ALL_OR_NOTHING);
            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
            now = BEFORE;
            assertThat(verdict()).isInstanceOf(Rebuild.class);
            given(Doubt.PIECEMEAL);
            now = AFTER;
            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }

        @Test
        void xaIsInnoDbsOwnAndAsDurableAsThePosition() {
            position = TWELVE;
            machineFailed = true;
            given(Doubt.XA_PREPARE);

            assertThat(verdict()).isEqualTo(new AlreadyDone(TWELVE));
        }
    }

    @Test
    void isRebuiltWhenItStandsWhereTheMarkCannotBeOpen() {
        for (Doubt doubt : Doubt.values()) {
            given(doubt);
            position = new Gtid(0, 3, 10);
            assertThat(verdict()).isInstanceOf(Rebuild.class);
            position = new Gtid(0, 3, 13);
            assertThat(verdict()).isInstanceOf(Rebuild.class);
        }
    }

    @Test
    void theReasonForARebuildIsASentence() {
        given(Doubt.PIECEMEAL);
        now = digest(schema("x"), "");

        assertThat(verdict())
                .isEqualTo(
                        new Rebuild(
                                "0-3-12 can have run in part, and no peer has recorded the schema after it"));
    }
}
