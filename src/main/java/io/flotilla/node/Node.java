package io.flotilla.node;

import io.flotilla.account.Accounts;
import io.flotilla.account.FirstAdministrator;
import io.flotilla.consensus.Consensus;
import io.flotilla.consensus.ConsensusConfig;
import io.flotilla.consensus.FatalHook;
import io.flotilla.consensus.journal.JournalSettings;
import io.flotilla.door.DoorConfig;
import io.flotilla.door.DoorCounters;
import io.flotilla.door.MySqlDoors;
import io.flotilla.engine.Engine;
import io.flotilla.engine.EngineConfig;
import io.flotilla.engine.Scheduling;
import io.flotilla.http.ForwardLink;
import io.flotilla.http.HttpConfig;
import io.flotilla.http.HttpDoor;
import io.flotilla.http.HttpLimits;
import io.flotilla.observe.Observations;
import io.flotilla.peer.PeerConfig;
import io.flotilla.peer.PeerNetwork;
import io.flotilla.peer.PeerSecurity;
import io.flotilla.replication.Replication;
import io.flotilla.replication.ReplicationConfig;
import io.flotilla.sql.SqlConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node of the fleet, from its configuration to its doors.
///
/// The parts are started in the order of what they need, and closed in the same order backwards. The group's data lie
/// under `groups/g0` of the node's directory (docs/design.md, section 2).
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String GROUP = "g0";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Replication replication;

    private Node(NodeConfig config, String version) throws IOException, InterruptedException {
        try {
            NodeTls tls = part(NodeTls.load(config.certificates()));
            Path data = DataDirectory.own(config.data());
            Path group = Files.createDirectories(data.resolve("groups").resolve(GROUP));
            Engine engine = part(Engine.open(engine(config, group)));
            ConsensusConfig log = log(config, group);
            PeerNetwork network = part(network(config, log, tls));
            FatalHook fatal = FatalHook.halting();
            DoorsLater doorsLater = part(new DoorsLater());
            replication =
                    part(
                            Replication.start(
                                    ReplicationConfig.DEFAULT
                                            .withKeep(config.raft().logKeep())
                                            .withLagMax(config.raft().lagMax())
                                            .withVerifyEvery(config.raft().verifyEvery()),
                                    network,
                                    engine,
                                    group.resolve("ddl"),
                                    machine -> Consensus.start(log, network, machine, fatal),
                                    fatal));
            Observations observations = part(new Observations());
            observations.watch(replication.provisionCounters());
            observations.gauge(
                    "flotilla.log.bytes", "Size of this node's log", replication::logBytes);
            observations.gauge(
                    "flotilla.log.first.seq",
                    "First transaction this node's log still has",
                    replication::logFirst);
            new RoomView(replication).show(observations);
            new VerifyView(replication).show(observations);
            tls.show(observations);
            Accounts accounts = part(new Accounts(replication, SqlConfig.defaults()));
            MySqlDoors doors =
                    doorsLater.take(MySqlDoors.open(doors(config, tls), replication, network));
            observe(observations, doors);
            part(
                    HttpDoor.start(
                            http(config, version, tls),
                            replication,
                            ForwardLink.over(network),
                            accounts,
                            observations,
                            InstantSource.system()));
            if (config.administrator().isPresent()) {
                part(FirstAdministrator.start(config.administrator().get(), replication, accounts));
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /// Starts a node; it proves its server and joins its fleet while this has returned already.
    ///
    /// @param version what `/status` says it runs
    /// @throws IOException if a port is taken or the directory cannot be used
    public static Node start(NodeConfig config, String version)
            throws IOException, InterruptedException {
        Node node = new Node(config, version);
        if (config.http().insecure()) {
            LOG.warn("insecure = true: others may reach this node without proof of who they are");
        }
        LOG.info(
                "node {} of fleet '{}' is up: HTTP on {}, data in {}",
                config.id(),
                config.fleet(),
                config.self().http(),
                config.data());
        return node;
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /// The MySQL doors' place in the order of closing, which is not that of starting: they are closed when the lead was
    /// handed over, which lets what runs in their sessions end.
    private static final class DoorsLater implements AutoCloseable {
        private Optional<MySqlDoors> doors = Optional.empty();

        MySqlDoors take(MySqlDoors opened) {
            doors = Optional.of(opened);
            return opened;
        }

        @Override
        public void close() {
            doors.ifPresent(MySqlDoors::close);
        }
    }

    private static EngineConfig engine(NodeConfig config, Path group) {
        NodeConfig.Engine engine = config.engine();
        EngineConfig.Durability durability =
                switch (engine.durability()) {
                    case RELAXED -> EngineConfig.Durability.RELAXED;
                    case STRICT -> EngineConfig.Durability.STRICT;
                };
        EngineConfig defaults =
                EngineConfig.withDefaults(group, config.id().number(), engine.programs());
        return defaults.withHome(engine.home())
                .withDurability(durability)
                .withClients(defaults.clients() + config.doors().limits().connections())
                .withMemory(engine.bufferPoolBytes(), defaults.redoLogBytes());
    }

    private static DoorConfig doors(NodeConfig config, NodeTls tls) {
        NodeConfig.Doors doors = config.doors();
        return new DoorConfig(
                doors.readWrite(),
                doors.readOnly(),
                tls.sql(),
                doors.tlsRequired(),
                doors.limits());
    }

    private static void observe(Observations observations, MySqlDoors doors) {
        DoorCounters counters = doors.counters();
        observations.gauge("flotilla.door.open", "Logged-in MySQL clients", counters::open);
        observations.gauge(
                "flotilla.door.waiting",
                "MySQL clients that wait for a server or log in",
                counters::waiting);
        observations.gauge(
                "flotilla.door.carried",
                "Sessions at this node's server that other nodes' doors carry",
                counters::carried);
        observations.gauge(
                "flotilla.door.sessions",
                "Sessions of MySQL clients at this node's server",
                doors::sessions);
        observations.counter(
                "flotilla.door.accepted", "MySQL clients that came", counters::accepted);
        observations.counter(
                "flotilla.door.refused", "MySQL clients that were turned away", counters::refused);
        observations.counter(
                "flotilla.door.cut", "MySQL connections ended from this side", counters::cut);
        observations.counter(
                "flotilla.door.received.bytes",
                "Bytes from MySQL clients",
                counters::bytesFromClients);
        observations.counter(
                "flotilla.door.sent.bytes", "Bytes to MySQL clients", counters::bytesToClients);
        observations.counter(
                "flotilla.door.kills.softened",
                "Hard KILLs that were made soft",
                counters::killsSoftened);
        observations.counter(
                "flotilla.door.gated",
                "Times a MySQL connection met a closed gate",
                counters::stalls);
        observations.section(
                "mysql",
                () -> {
                    Map<String, Object> section = new LinkedHashMap<>();
                    section.put("port", doors.readWritePort().orElse(0));
                    section.put("read_only_port", doors.readOnlyPort().orElse(0));
                    section.put("open", counters.open());
                    section.put("waiting", counters.waiting());
                    section.put("carried", counters.carried());
                    section.put("sessions", doors.sessions());
                    section.put("accepted", counters.accepted());
                    section.put("refused", counters.refused());
                    section.put("cut", counters.cut());
                    section.put("received_bytes", counters.bytesFromClients());
                    section.put("sent_bytes", counters.bytesToClients());
                    section.put("kills_softened", counters.killsSoftened());
                    section.put("gated", counters.stalls());
                    return section;
                });
    }

    private static ConsensusConfig log(NodeConfig config, Path group) {
        ConsensusConfig defaults = ConsensusConfig.of(GROUP, group.resolve("log"));
        return defaults.withElectionTimeout(config.raft().electionTimeout())
                .withDiskReserve(config.raft().diskReserve())
                .withJournal(segments(defaults.journal(), config.raft().logKeep()));
    }

    /// The front is given up file by file: several of them make up what is kept.
    private static JournalSettings segments(JournalSettings defaults, long keep) {
        return keep == 0
                ? defaults
                : defaults.withSegmentBytes(
                        Math.clamp(keep / 8, 32 << 10, defaults.segmentBytes()));
    }

    private static PeerNetwork network(NodeConfig config, ConsensusConfig log, NodeTls tls)
            throws IOException {
        PeerConfig peers =
                PeerConfig.of(
                        config.fleet(),
                        config.id(),
                        config.members(),
                        config.raft().listen(),
                        Consensus.identity(log));
        return PeerNetwork.start(
                peers, tls.raft().map(PeerSecurity::mutual).orElseGet(PeerSecurity::plain));
    }

    private static HttpConfig http(NodeConfig config, String version, NodeTls tls) {
        NodeConfig.Http http = config.http();
        return new HttpConfig(
                http.listen(),
                http.hosts(),
                http.getWrites(),
                http.authentication(),
                version,
                HttpLimits.defaults(),
                SqlConfig.defaults(),
                tls.http());
    }

    /// What this node is in its fleet.
    public Replication replication() {
        return replication;
    }

    /// Puts everything down, the last started first; goes on when a part cannot be closed, and says so.
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} was not closed in order", part.getClass().getSimpleName(), e);
            }
        }
    }

    /// Only in a process of its own.
    private void watchPress() {
        Scheduling.ofThisProcess()
                .ifPresentOrElse(
                        scheduling -> part(Press.watch(scheduling, replication::progress)),
                        () ->
                                LOG.info(
                                        "this process was given another scheduling policy than the usual one, which stays"));
    }

    /// Runs a node until the process is told to stop, then stops it in order.
    public static void run(NodeConfig config, String version)
            throws IOException, InterruptedException {
        Node node = start(config, version);
        if (config.scheduling() == NodeConfig.Scheduling.ADAPTIVE) {
            node.watchPress();
        }
        Thread stop = Thread.ofPlatform().name("stop").unstarted(node::close);
        Runtime.getRuntime().addShutdownHook(stop);
        Thread.currentThread().join();
    }
}
