package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.DdlMarks.OpenMark;
import io.flotilla.ddl.FollowerVerdict.AlreadyDone;
import io.flotilla.ddl.FollowerVerdict.GiveAgain;
import io.flotilla.ddl.FollowerVerdict.Proved;
import io.flotilla.ddl.FollowerVerdict.Rebuild;
import java.util.Optional;

/// The cases of a follower's crash.
final class FollowerProof {
    private FollowerProof() {}

    static FollowerVerdict of(FollowerCrash crash) {
        if (crash.open().isEmpty()) {
            return withoutMark(crash);
        }
        OpenMark mark = crash.open().get();
        long seq = mark.gtid().seq();
        long position = crash.position().seq();
        if (position == seq - 1) {
            return notAppliedByPosition(crash, mark);
        }
        if (position == seq) {
            return appliedByPosition(crash, mark);
        }
        // the log was flushed before the mark, and nothing is given behind it before it is closed
        return new Rebuild(
                "the server stands at "
                        + name(crash.position())
                        + ", where the mark of "
                        + mark.gtid()
                        + " cannot be open");
    }

    private static FollowerVerdict withoutMark(FollowerCrash crash) {
        Optional<Done> last = crash.last();
        if (last.isPresent() && crash.position().seq() < last.get().gtid().seq()) {
            // INVARIANT I3: "done" was written after the server's log was flushed up to there
            return new Rebuild(
                    "the server stands at "
                            + name(crash.position())
                            + ", before "
                            + name(last.get().gtid())
                            + " which was durable");
        }
        Optional<String> expected = last.flatMap(Done::schema);
        if (expected.isPresent() && !expected.get().equals(crash.now().schema())) {
            return new Rebuild(
                    "the schema is not the one recorded after "
                            + last.map(done -> name(done.gtid())).orElse(""));
        }
        return new Proved(crash.position());
    }

    private static FollowerVerdict notAppliedByPosition(FollowerCrash crash, OpenMark mark) {
        return switch (mark.doubt()) {
            case HARMLESS -> new GiveAgain(mark.gtid());
            case XA_PREPARE ->
                    crash.xaPrepared().contains(mark.xid())
                            ? new AlreadyDone(mark.gtid())
                            : new GiveAgain(mark.gtid());
            case XA_END ->
                    crash.xaPrepared().contains(mark.xid())
                            ? new GiveAgain(mark.gtid())
                            : new AlreadyDone(mark.gtid());
            case ALL_OR_NOTHING, PIECEMEAL -> {
                if (unchanged(crash, mark)) {
                    yield new GiveAgain(mark.gtid());
                }
                yield changed(crash, mark);
            }
        };
    }

    private static boolean unchanged(FollowerCrash crash, OpenMark mark) {
        return mark.before()
                .filter(before -> before.local().equals(crash.now().local()))
                .isPresent();
    }

    private static FollowerVerdict changed(FollowerCrash crash, OpenMark mark) {
        if (crash.peerAfter().isPresent()) {
            return asPeer(crash, mark);
        }
        if (mark.doubt() == Doubt.ALL_OR_NOTHING) {
            return new AlreadyDone(mark.gtid());
        }
        return new Rebuild(
                mark.gtid()
                        + " can have run in part, and no peer has recorded the schema after it");
    }

    private static FollowerVerdict asPeer(FollowerCrash crash, OpenMark mark) {
        return crash.peerAfter().filter(crash.now().schema()::equals).isPresent()
                ? new AlreadyDone(mark.gtid())
                : new Rebuild(
                        "the schema is neither the one before "
                                + mark.gtid()
                                + " nor the one a peer had after it");
    }

    private static FollowerVerdict appliedByPosition(FollowerCrash crash, OpenMark mark) {
        if (!crash.position().equals(mark.gtid())) {
            return new Rebuild(
                    "the server stands at "
                            + name(crash.position())
                            + " of another reign than "
                            + mark.gtid());
        }
        // a dead process loses nothing that the position follows; a dead machine may have lost what
        // is not InnoDB's
        if (!crash.machineFailed() || mark.doubt().xa()) {
            return new AlreadyDone(mark.gtid());
        }
        if (mark.doubt() == Doubt.HARMLESS) {
            return new GiveAgain(mark.gtid());
        }
        if (crash.peerAfter().isPresent()) {
            return asPeer(crash, mark);
        }
        if (mark.doubt() == Doubt.ALL_OR_NOTHING && !unchanged(crash, mark)) {
            return new AlreadyDone(mark.gtid());
        }
        return new Rebuild(
                "the machine failed before "
                        + mark.gtid()
                        + " was durable, and no peer has recorded the schema"
                        + " after it");
    }

    private static String name(Gtid gtid) {
        return gtid.equals(Gtid.NONE) ? "the beginning" : gtid.toString();
    }
}
