package io.flotilla.ddl;

import static io.flotilla.ddl.Digests.schema;
import static io.flotilla.ddl.Digests.state;
import static io.flotilla.ddl.Digests.tables;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.ExecutedDdl.Executed;
import io.flotilla.ddl.ExecutedDdl.Reign;
import io.flotilla.ddl.LeaderVerdict.NeedsDigest;
import io.flotilla.ddl.LeaderVerdict.Proved;
import io.flotilla.ddl.LeaderVerdict.Rebuild;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A reign of term 3 that began behind 0-2-9.
class LeaderProofTest {
    private final TreeMap<Long, Executed> executed = new TreeMap<>();
    private final TreeMap<Long, Gtid> committed = new TreeMap<>();
    private final Map<Long, String> digestAfter = new HashMap<>();
    private Optional<String> atPromotion = Optional.of(schema("old"));
    private Optional<Done> settled = Optional.empty();
    private Gtid position = new Gtid(0, 3, 20);
    private List<String> xaPrepared = List.of();
    private Set<String> unexplained = Set.of();
    private TableIds noted = tables("app/t", "1:1");
    private TableIds found = tables("app/t", "1:1");
    private long forgotten;
    private String now = "old";

    private LeaderVerdict verdict() {
        Reign reign =
                new Reign(
                        3,
                        new Gtid(0, 2, 9),
                        new TreeSet<>(xaPrepared),
                        forgotten,
                        executed,
                        noted,
                        unexplained);
        return Resolver.formerLeader(
                new LeaderCrash(
                        reign,
                        position,
                        committed,
                        state(now, found),
                        atPromotion,
                        settled,
                        digestAfter));
    }

    /// Executed, marked, committed; the peers that applied it had this schema.
    private void ddl(long seq, Doubt doubt, String after, String... changed) {
        marked(seq, doubt, changed);
        committed.put(seq, new Gtid(0, 3, seq));
        digestAfter.put(seq, schema(after));
    }

    private void marked(long seq, Doubt doubt, String... changed) {
        String xid = doubt.xa() ? "X'61',X'',1" : "";
        executed.put(seq, new Executed(new Gtid(0, 3, seq), doubt, xid, Set.of(changed)));
    }

    private LeaderVerdict proved(Long... skip) {
        return new Proved(position, new TreeSet<>(List.of(skip)));
    }

    @Test
    void aReignOfRowsIsProvedByItsPosition() {
        assertThat(verdict()).isEqualTo(proved());
    }

    @Test
    void ddlBeforeThePositionIsInTheData() {
        ddl(15, Doubt.ALL_OR_NOTHING, "new");
        now = "new";

        assertThat(verdict()).isEqualTo(proved());
    }

    @Test
    void ddlBehindThePositionIsInTheDataAndSkipped() {
        ddl(15, Doubt.ALL_OR_NOTHING, "new");
        ddl(22, Doubt.ALL_OR_NOTHING, "newer");
        ddl(24, Doubt.HARMLESS, "newest");
        now = "newest";

        assertThat(verdict()).isEqualTo(proved(22L, 24L));
    }

    @Test
    void whatTheServersRecoveryUndidIsGivenAgain() {
        ddl(22, Doubt.ALL_OR_NOTHING, "new", "app/a");
        ddl(24, Doubt.HARMLESS, "newer", "app/b");
        noted = tables("app/t", "1:1", "app/a", "5:5", "app/b", "6:6");
        found = tables("app/t", "1:1", "app/a", "5:5");
        now = "new";
        assertThat(verdict()).isEqualTo(proved(22L));

        found = tables("app/t", "1:1");
        now = "old";
        assertThat(verdict()).isEqualTo(proved());
    }

    @Test
    void isRebuiltWhenTheSchemaIsNoneOfTheLogs() {
        ddl(15, Doubt.ALL_OR_NOTHING, "new");
        ddl(22, Doubt.ALL_OR_NOTHING, "newer");
        now = "another";

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void aSchemaBeforeThePositionFitsNothing() {
        ddl(15, Doubt.ALL_OR_NOTHING, "new");
        now = "old";

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void asksForADigestThatIsNotKnownYet() {
        ddl(15, Doubt.ALL_OR_NOTHING, "new");
        ddl(22, Doubt.ALL_OR_NOTHING, "newer");
        digestAfter.remove(22L);
        now = "newer";
        assertThat(verdict()).isEqualTo(new NeedsDigest(new TreeSet<>(List.of(22L))));

        now = "new";
        assertThat(verdict()).isEqualTo(new NeedsDigest(new TreeSet<>(List.of(22L))));

        digestAfter.put(22L, schema("newer"));
        assertThat(verdict()).isEqualTo(proved());
    }

    @Test
    void asksForTheDigestAtPromotionWhenThisNodeHasNone() {
        atPromotion = Optional.empty();

        assertThat(verdict()).isEqualTo(new NeedsDigest(new TreeSet<>(List.of(9L))));
    }

    @Test
    void isRebuiltWhenMarkedDdlIsNotInTheLog() {
        ddl(22, Doubt.HARMLESS, "old");
        marked(23, Doubt.HARMLESS);
        assertThat(verdict()).isInstanceOf(Rebuild.class);

        // another reign wrote this seq
        committed.put(23L, new Gtid(0, 4, 23));
        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void isRebuiltWhenTheJournalLacksWhatTheLogHas() {
        committed.put(22L, new Gtid(0, 3, 22));
        digestAfter.put(22L, schema("old"));

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void theJournalMayHaveForgottenWhatLiesBeforeThePosition() {
        forgotten = 15;
        committed.put(15L, new Gtid(0, 3, 15));
        digestAfter.put(15L, schema("new"));
        now = "new";
        assertThat(verdict()).isEqualTo(proved());

        position = new Gtid(0, 3, 14);
        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void isRebuiltAfterAnyXa() {
        ddl(12, Doubt.XA_PREPARE, "old");
        ddl(14, Doubt.XA_END, "old");
        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void isRebuiltWhenXaWasOpenAtPromotion() {
        xaPrepared = List.of("X'61',X'',1");

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void isRebuiltAfterATruncateThatTheTapNeverRead() {
        found = tables("app/t", "7:7");

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void isRebuiltAfterATruncateBetweenTwoMarks() {
        ddl(22, Doubt.ALL_OR_NOTHING, "new");
        now = "new";
        unexplained = Set.of("app/t");

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void aTruncateBehindThePositionIsSkipped() {
        ddl(22, Doubt.HARMLESS, "old", "app/t");

        assertThat(verdict()).isEqualTo(proved(22L));
    }

    @Test
    void isRebuiltWhenNobodyCanSeeWhetherARenameIsStillThere() {
        ddl(22, Doubt.ALL_OR_NOTHING, "old", "app/t");

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void asksForWhatItTakesToSeeIt() {
        ddl(15, Doubt.ALL_OR_NOTHING, "new");
        ddl(22, Doubt.ALL_OR_NOTHING, "newer");
        digestAfter.remove(15L);
        now = "newer";

        assertThat(verdict()).isEqualTo(new NeedsDigest(new TreeSet<>(List.of(15L))));
    }

    private void settled(long term, long seq, String after) {
        settled = Optional.of(new Done(new Gtid(0, term, seq), Optional.of(schema(after))));
    }

    @Test
    void asksNobodyForWhatAQuietMomentTells() {
        ddl(15, Doubt.PIECEMEAL, "new");
        ddl(22, Doubt.ALL_OR_NOTHING, "newer");
        ddl(24, Doubt.ALL_OR_NOTHING, "newest");
        digestAfter.clear();
        settled(3, 24, "newest");
        now = "newest";

        assertThat(verdict()).isEqualTo(proved(22L, 24L));

        position = new Gtid(0, 3, 30);
        assertThat(verdict()).isEqualTo(proved());
    }

    @Test
    void whatIsSettledIsNotUndone() {
        ddl(22, Doubt.ALL_OR_NOTHING, "new");
        settled(3, 22, "new");
        now = "old";

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }

    @Test
    void whatIsSettledLeavesNoTraceAndIsThereNevertheless() {
        ddl(22, Doubt.ALL_OR_NOTHING, "old", "app/t");
        settled(3, 22, "old");

        assertThat(verdict()).isEqualTo(proved(22L));
    }

    @Test
    void whatCameBehindAQuietMomentIsInDoubt() {
        ddl(22, Doubt.ALL_OR_NOTHING, "new");
        ddl(24, Doubt.ALL_OR_NOTHING, "newer", "app/a");
        noted = tables("app/t", "1:1", "app/a", "5:5");
        settled(3, 22, "new");
        digestAfter.remove(22L);
        now = "newer";
        found = noted;
        assertThat(verdict()).isEqualTo(proved(22L, 24L));

        now = "new";
        found = tables("app/t", "1:1");
        assertThat(verdict()).isEqualTo(proved(22L));

        digestAfter.clear();
        assertThat(verdict()).isEqualTo(new NeedsDigest(new TreeSet<>(List.of(24L))));
    }

    @Test
    void aQuietMomentOfAnotherReignTellsNothing() {
        ddl(22, Doubt.ALL_OR_NOTHING, "new");
        digestAfter.clear();
        settled(2, 22, "new");
        now = "new";

        assertThat(verdict()).isEqualTo(new NeedsDigest(new TreeSet<>(List.of(22L))));
    }

    @Test
    void whatAPeerRecordedGoesBeforeWhatALeaderNotedOfItself() {
        ddl(22, Doubt.ALL_OR_NOTHING, "new");
        settled(3, 22, "its own");
        now = "its own";

        assertThat(verdict()).isInstanceOf(Rebuild.class);
    }
}
