package io.flotilla.provision;

import io.flotilla.engine.DataFiles;
import io.flotilla.engine.EngineException;
import io.flotilla.engine.Haste;
import io.flotilla.peer.Channel;
import io.flotilla.peer.ChannelType;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.provision.SnapshotSource.Pause;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives this node's data to another that asks for them, one at a time.
///
/// ```
/// round 1        everything, while the server goes on
/// rounds 2..n    what has changed since, until little has
/// pause          the server's files rest
/// last round     what has changed since; at its end they must have rested all the time
/// end            position, digest of everything
/// ```
final class SnapshotDonor {
    /// Less than this changed during a round: it is worth a pause now. Too small: a busy server is never copied in time;
    /// too large: the pause is long.
    static final long LITTLE_BYTES = 16L << 20;

    /// Rounds before the pause; a server that changes faster than it can be copied pauses longer.
    static final int MOST_ROUNDS = 6;

    /// How often a pause that was disturbed is used again.
    private static final int MOST_PAUSES = 5;

    private static final Duration REQUEST = Duration.ofSeconds(5);

    /// How long a receiver may take nothing: as long as it waits for a donor. Shorter, and one whose disk is slow gets no
    /// copy; longer, and one that is frozen keeps others from getting theirs.
    static final Duration DEAFNESS = Duration.ofSeconds(60);

    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotDonor.class);

    private final SnapshotSource source;
    private final ProvisionCounters counters;
    private final Duration deafness;
    private final Semaphore one = new Semaphore(1);

    SnapshotDonor(SnapshotSource source, ProvisionCounters counters) {
        this(source, counters, DEAFNESS);
    }

    /// @param deafness how long a receiver may take nothing
    SnapshotDonor(SnapshotSource source, ProvisionCounters counters, Duration deafness) {
        this.source = source;
        this.counters = counters;
        this.deafness = deafness;
    }

    void serve(PeerNetwork network) {
        network.serve(ChannelType.SNAPSHOT, this::handle);
    }

    private void handle(Channel channel) throws IOException, InterruptedException {
        channel.readTimeout(REQUEST);
        SnapshotRequest request = SnapshotRequest.read(new DataInputStream(channel.in()));
        try (TimedOutput timed = new TimedOutput(channel.out(), deafness, channel::close)) {
            answer(request, new SnapshotOutput(timed), channel.remote().toString());
        }
    }

    private void answer(SnapshotRequest request, SnapshotOutput out, String to)
            throws IOException, InterruptedException {
        if (!one.tryAcquire()) {
            out.refused("another copy of its data is under way");
            return;
        }
        try {
            give(request, out, to);
        } finally {
            one.release();
        }
    }

    void give(SnapshotRequest request, SnapshotOutput out, String to)
            throws IOException, InterruptedException {
        DataFiles files;
        try {
            files = source.files(request.leadersToo());
        } catch (SnapshotException e) {
            out.refused(String.valueOf(e.getMessage()));
            return;
        }
        try {
            copy(files, request, out, to);
        } catch (SnapshotException | EngineException e) {
            LOG.warn("the copy of this node's data for node {} ends: {}", to, e.getMessage());
            out.failed(String.valueOf(e.getMessage()));
        }
    }

    private void copy(DataFiles files, SnapshotRequest request, SnapshotOutput out, String to)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Inventory inventory = new Inventory();
        Transfer transfer = new Transfer();
        CopyRound round = new CopyRound(files, out, inventory, transfer);
        transfer.expect(bytes(files));
        LOG.info("giving this node's data to node {}, about {} MiB", to, transfer.expected() >> 20);
        out.accepted(files.version(), transfer.expected());
        Haste haste = files.hurry();
        try {
            int rounds = 1;
            while (round.run() > LITTLE_BYTES && rounds < MOST_ROUNDS) {
                rounds++;
            }
            out.waiting();
            SnapshotEnd end = lastRounds(files, request, round, out);
            if (!inventory.whole()) {
                throw new IllegalStateException("a chunk was never sent");
            }
            out.end(end, inventory.digest(end));
            counters.givenOne(transfer.bytes());
            LOG.info(
                    "gave node {} this node's data at '{}': {} MiB in {} ms",
                    to,
                    end.position(),
                    transfer.bytes() >> 20,
                    (System.nanoTime() - begin) / 1_000_000);
        } finally {
            haste.close();
        }
    }

    private SnapshotEnd lastRounds(
            DataFiles files, SnapshotRequest request, CopyRound round, SnapshotOutput out)
            throws IOException, InterruptedException {
        try (Pause pause = source.pause(files)) {
            long begin = System.nanoTime();
            for (int i = 0; i < MOST_PAUSES && pause.held(); i++) {
                round.run();
                SnapshotEnd end = new SnapshotEnd(pause.position(), files.highestBinlog());
                requireAtLeast(request.atLeast(), end);
                // INVARIANT: what the receiver has now is one state only if nothing was written
                // meanwhile.
                if (pause.rest().undisturbed() && pause.held()) {
                    LOG.info("the files rested for {} ms", (System.nanoTime() - begin) / 1_000_000);
                    counters.rested(System.nanoTime() - begin);
                    return end;
                }
                out.waiting();
                if (pause.held()) {
                    pause.rest().again(AGAIN);
                }
            }
            throw new SnapshotException(
                    pause.held()
                            ? "its files did not rest long enough"
                            : "it has more important things to do");
        }
    }

    private static void requireAtLeast(long seq, SnapshotEnd end) throws SnapshotException {
        if (end.position().seq() < seq) {
            throw new SnapshotException(
                    "its data stand at %d, before %d".formatted(end.position().seq(), seq));
        }
    }

    private static long bytes(DataFiles files) throws IOException {
        long sum = 0;
        for (Path path : files.list()) {
            try {
                Path file = files.directory().resolve(path);
                sum += Files.isRegularFile(file) ? Files.size(file) : 0;
            } catch (NoSuchFileException e) {
                LOG.debug("dropped while it was counted", e);
            }
        }
        return sum;
    }
}
