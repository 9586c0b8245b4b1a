package io.flotilla.consensus;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.RaftServiceFactory;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.core.State;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.storage.LogManager;
import io.flotilla.consensus.journal.JournalRecord;
import io.flotilla.consensus.rpc.Acquaintances;
import io.flotilla.consensus.rpc.PeerNames;
import io.flotilla.consensus.rpc.RaftTransport;
import io.flotilla.consensus.rpc.TransportConfig;
import io.flotilla.consensus.rpc.Vow;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log on JRaft 1.4.1, with storage, transport, threads and callbacks of our own.
final class RaftReplicatedLog implements ReplicatedLog {
    private static final Logger LOG = LoggerFactory.getLogger(RaftReplicatedLog.class);

    /// How long [#close] waits for the library's threads.
    private static final long CLOSE_SECONDS = 10;

    /// After this many election timeouts without an answer a connection is made anew.
    private static final int SILENT_TIMEOUTS = 6;

    private static final byte[] NO_CONTEXT = new byte[0];

    private final ConsensusConfig config;
    private final NodeId self;
    private final String raftGroup;
    private final GroupStorage storage;
    private final RaftThreads threads;
    private final RaftTransport transport;
    private final CommittedTail tail;
    private final MachineBridge bridge;
    private final QuickElection quickElection;
    private final FatalHook fatal;
    private final Rejoin rejoin;
    private final DiskRoom room;
    private final CommitNotice notice;
    private volatile @Nullable NodeImpl started;
    private volatile boolean closed;

    private RaftReplicatedLog(
            ConsensusConfig config,
            PeerNetwork network,
            String raftGroup,
            GroupStorage storage,
            FatalHook fatal)
            throws IOException {
        this.config = config;
        this.self = network.self();
        this.raftGroup = raftGroup;
        this.storage = storage;
        this.fatal = fatal;
        this.threads = new RaftThreads(raftGroup, network.self().toString());
        this.tail = new CommittedTail(storage.journal()::term);
        this.bridge = new MachineBridge(network.self(), tail, fatal);
        this.quickElection =
                new QuickElection(
                        network,
                        config,
                        threads.alarms(),
                        threads.requests(),
                        storage.meta()::term);
        Acquaintances acquaintances = StoragePlace.acquaintances(config);
        Vow vow = new Vow();
        this.room = new DiskRoom(config.directory(), config.diskReserve());
        this.rejoin = new Rejoin(network, config, storage.directory(), acquaintances, vow);
        this.notice =
                CommitNotice.of(
                        raftGroup,
                        this::node,
                        bridge::applied,
                        threads.alarms(),
                        GroupOptions.heartbeat(config));
        this.transport =
                new RaftTransport(
                        network,
                        new TransportConfig(
                                config.electionTimeout(),
                                Durations.times(config.electionTimeout(), SILENT_TIMEOUTS)),
                        acquaintances,
                        threads.requests(),
                        threads.alarms(),
                        this::votes,
                        vow,
                        room::isExhausted,
                        quickElection);
    }

    static RaftReplicatedLog start(
            ConsensusConfig config,
            PeerNetwork network,
            Function<ReplicatedLog, StateMachine> stateMachine,
            FatalHook fatal)
            throws IOException {
        // One JVM may hold nodes of several fleets (tests do): the library knows nodes by group and
        // name only.
        String raftGroup = config.group() + "-" + Integer.toHexString(network.fleet().hashCode());
        GroupStorage storage = StoragePlace.open(config, fatal);
        if (!storage.journal().logId().equals(network.incarnation())) {
            storage.directory().close();
            throw new IOException(
                    "the net was started for log "
                            + network.incarnation()
                            + ", but the log is "
                            + storage.journal().logId()
                            + ": see Consensus.identity");
        }
        RaftReplicatedLog log = new RaftReplicatedLog(config, network, raftGroup, storage, fatal);
        try {
            log.bridge.drive(stateMachine.apply(log));
            log.join(network);
            return log;
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void join(PeerNetwork network) throws IOException {
        PeerId name = PeerNames.peerId(self);
        NodeManager.getInstance().addAddress(name.getEndpoint());
        GroupOptions options =
                GroupOptions.of(config, network.members(), transport, threads, storage);
        options.setFsm(bridge);
        NodeImpl node = (NodeImpl) RaftServiceFactory.createRaftNode(raftGroup, name);
        started = node;
        if (!node.init(options)) {
            throw new IOException("the Raft node does not start; the log says why");
        }
        DisruptorGuard.install(node, fatal);
        quickElection.watch(node);
        VotePatience patience = VotePatience.of(config.electionTimeout());
        storage.meta()
                .onVote((term, candidate) -> {
                    if (candidate.equals(name)) {
                        NodeInsides.voteTimeout(
                                node, patience.millis(term, bridge.announced().term()));
                    }
                });
        rejoin.start(node);
        transport.start();
    }

    /// What the library knows the group by.
    String raftGroup() {
        return raftGroup;
    }

    NodeImpl node() {
        NodeImpl node = started;
        if (node == null) {
            throw new IllegalStateException("the log has not started");
        }
        return node;
    }

    /// Only members of the group's present configuration may ask for votes: the library grants a stranger's request.
    private boolean votes(PeerId peer) {
        NodeImpl node = started;
        Configuration configuration = node == null ? null : node.getCurrentConf();
        return configuration != null && configuration.contains(peer);
    }

    @Override
    public CompletableFuture<Long> append(long term, byte[] entry) {
        if (term < 1 || entry.length > config.maxEntryBytes()) {
            throw new IllegalArgumentException(
                    "term "
                            + term
                            + ", "
                            + entry.length
                            + " bytes of at most "
                            + config.maxEntryBytes());
        }
        AppendClosure append = new AppendClosure();
        append.result().thenRun(notice::committed);
        if (closed) {
            return CompletableFuture.failedFuture(new NotAppendedException("this node is closing"));
        }
        try {
            // INVARIANT I2: the library compares the term under the same lock under which it gives
            // the entry its index.
            node().apply(new Task(ByteBuffer.wrap(entry), append, term));
        } catch (IllegalStateException e) {
            append.result()
                    .completeExceptionally(
                            new NotAppendedException(String.valueOf(e.getMessage())));
        }
        return append.result();
    }

    @Override
    public CompletableFuture<Long> readIndex() {
        CompletableFuture<Long> result = new CompletableFuture<>();
        try {
            // INVARIANT I9: a quorum is asked after this call, whatever the leader believes of its
            // lease.
            node().readIndex(
                            ReadOnlyOption.ReadOnlySafe,
                            NO_CONTEXT,
                            new ReadIndexClosure(-1) {
                                @Override
                                public void run(Status status, long index, byte[] context) {
                                    if (status.isOk()) {
                                        result.complete(index);
                                    } else {
                                        result.completeExceptionally(
                                                new ReadIndexException(status.toString()));
                                    }
                                }
                            });
        } catch (IllegalStateException e) {
            result.completeExceptionally(new ReadIndexException(String.valueOf(e.getMessage())));
        }
        return result.orTimeout(config.readIndexTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The library tells of changes late, behind committed entries. What is asked here without waiting for it: the
    /// term, and whether the node still is leader; only who leads, and that the first entry of the term is committed,
    /// comes from what it told.
    @Override
    public Leadership leadership() {
        long term = storage.meta().term();
        MachineBridge.Announced announced = bridge.announced();
        if (announced.term() != term) {
            return new Leadership(term, Optional.empty(), false);
        }
        if (announced.leads()) {
            boolean leads = node().isLeader(false);
            return new Leadership(term, leads ? Optional.of(self) : Optional.empty(), leads);
        }
        return new Leadership(term, announced.leader(), false);
    }

    @Override
    public Optional<byte[]> read(long index) throws CompactedException {
        if (index < firstIndex() || index > bridge.applied()) {
            throw new CompactedException(
                    "index "
                            + index
                            + " is not between "
                            + firstIndex()
                            + " and "
                            + bridge.applied());
        }
        Optional<byte[]> recent = tail.read(index);
        if (recent.isPresent()) {
            return recent;
        }
        JournalRecord record =
                record(index)
                        .orElseThrow(() ->
                                new CompactedException(
                                        "index " + index + " is no longer in the log"));
        return record.type() == EntryTypes.DATA ? Optional.of(record.payload()) : Optional.empty();
    }

    private Optional<JournalRecord> record(long index) {
        try {
            return storage.journal().read(index);
        } catch (IOException e) {
            // What is on disk is not what was written; the next start finds it, and refuses.
            fatal.fatal("reading entry " + index, e);
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long firstIndex() {
        // The journal is cut by the library's disk thread, a little later than the base is written.
        return Math.max(storage.journal().firstIndex(), storage.base().index() + 1);
    }

    @Override
    public long bytes() {
        return storage.journal().bytes();
    }

    @Override
    public DiskRoom room() {
        return room;
    }

    @Override
    public Duration writing() {
        return storage.journal().changing();
    }

    @Override
    public long indexBeforeLast(long bytes) {
        return storage.journal().indexBeforeLast(bytes);
    }

    /// Not by the library's own snapshots: those are of the last applied entry, while our state machine can tell its
    /// state at an entry long past, which is what lets the log reach back behind its base.
    ///
    /// The base is durable before an entry is dropped: the log of a crash in between begins earlier than it has to.
    @Override
    public void compact(long index, byte[] state) throws IOException {
        if (index < firstIndex()) {
            return;
        }
        long term = storage.journal().term(index);
        if (index > bridge.applied() || term == 0) {
            throw new IllegalArgumentException("entry " + index + " is not known to be committed");
        }
        LogManager log = NodeInsides.logManager(node());
        Base base = Base.of(index, term, log.getConfiguration(index), state);
        if (storage.base().save(base)) {
            log.setSnapshot(base.meta());
            // The line above cuts at the base before this one.
            log.clearBufferedLogs();
        }
    }

    @Override
    public Optional<Duration> quorumSilence() {
        Leadership leadership = leadership();
        Configuration configuration = leadership.self() ? node().getCurrentConf() : null;
        if (configuration == null) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        // With itself the leader is one of a majority of n when n / 2 others answered.
        long others = configuration.size() / 2;
        return configuration.listPeers().stream()
                .flatMap(peer -> PeerNames.node(peer).flatMap(transport::progress).stream())
                .map(progress -> progress.silentNanos(leadership.term(), now))
                .sorted()
                .limit(others)
                .reduce((first, second) -> second)
                .or(() -> others == 0 ? Optional.of(0L) : Optional.empty())
                .filter(silence -> silence != Long.MAX_VALUE)
                .map(Duration::ofNanos);
    }

    @Override
    public CompletableFuture<Void> handOver(Optional<NodeId> successor) {
        return new HandOver(node(), transport, config, threads.alarms())
                .start(storage.meta().term(), successor);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        rejoin.close();
        quickElection.close();
        NodeImpl node = started;
        if (node != null) {
            shutDown(node);
        }
        transport.close();
        threads.close();
        try {
            storage.directory().close();
        } catch (IOException e) {
            LOG.warn("node {}: closing the log: {}", self, e.toString());
        }
    }

    private void shutDown(NodeImpl node) {
        if (node.getNodeState() == State.STATE_UNINITIALIZED) {
            return;
        }
        CountDownLatch down = new CountDownLatch(1);
        node.shutdown(status -> down.countDown());
        try {
            if (!down.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("node {}: the Raft node did not stop within {} s", self, CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
