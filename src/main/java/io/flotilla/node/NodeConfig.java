package io.flotilla.node;

import io.flotilla.account.AdministratorConfig;
import io.flotilla.consensus.ConsensusConfig;
import io.flotilla.door.DoorLimits;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.replication.ReplicationConfig;
import io.flotilla.tls.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Everything a node is told before it starts. Its file is [NodeConfigFile]'s; the keys are named there.
///
/// @param fleet the fleet's name; a node of another fleet is refused
/// @param id this node; one of `members`
/// @param data this node's own directory; nothing else may live in it
/// @param members all nodes of the fleet, with the addresses they reach each other and clients reach them at
/// @param scheduling what the node's processes are to the system's scheduler
/// @param administrator whom a fleet without accounts is given
public record NodeConfig(
        String fleet,
        NodeId id,
        Path data,
        List<Member> members,
        Http http,
        Doors doors,
        Certificates certificates,
        Raft raft,
        Engine engine,
        Scheduling scheduling,
        Optional<AdministratorConfig> administrator) {
    /// The most nodes a fleet may have: more make every write wait for more disks and win nothing.
    public static final int MAX_MEMBERS = 9;

    public NodeConfig {
        data = data.toAbsolutePath().normalize();
        members = List.copyOf(members);
        require(
                fleet.matches("[\\w.-]{1,64}"),
                "a fleet's name is 1 to 64 letters, digits, '.', '_' or '-'");
        require(members.size() <= MAX_MEMBERS, "a fleet has at most " + MAX_MEMBERS + " nodes");
        require(find(members, id).isPresent(), "node " + id + " is not among the members");
        require(
                members.stream().map(Member::id).distinct().count() == members.size(),
                "two members have the same number");
        require(
                administrator.isEmpty()
                        || administrator.get().passwordFile().isPresent()
                        || listens(http, doors).allMatch(NodeConfig::loopback),
                "an administrator without sql.admin.password-file is only for nodes that listen on"
                        + " loopback");
        requireTls("raft.listen", http, Optional.of(raft.listen()), certificates.node());
        requireTls("http.listen", http, Optional.of(http.listen()), certificates.forHttp());
        requireTls("raft.listen", http, Optional.of(raft.listen()), certificates.node());
        requireTls("sql.listen", http, doors.readWrite(), certificates.forSql());
        requireTls("sql.read-only.listen", http, doors.readOnly(), certificates.forSql());
        require(
                !doors.tlsRequired() || certificates.forSql().isPresent(),
                "sql.tls.required wants a certificate: tls.certificate or sql.tls.certificate");
        require(
                certificates.forHttp().isEmpty()
                        || "https".equals(find(members, id).orElseThrow().http().getScheme()),
                "http.listen speaks TLS: the URL of member." + id + " must begin with https://");
    }

    private static void requireTls(
            String key, Http http, Optional<InetSocketAddress> listen, Optional<TlsFiles> files) {
        require(
                http.insecure()
                        || files.isPresent()
                        || listen.filter(at -> !loopback(at)).isEmpty(),
                key
                        + " can be reached from elsewhere without TLS, and what passes can be read: set"
                        + " tls.certificate, tls.key and tls.ca, or insecure = true if that is meant");
    }

    private static Stream<InetSocketAddress> listens(Http http, Doors doors) {
        return Stream.of(Optional.of(http.listen()), doors.readWrite(), doors.readOnly())
                .flatMap(Optional::stream);
    }

    private static boolean loopback(InetSocketAddress address) {
        return address.getAddress() != null && address.getAddress().isLoopbackAddress();
    }

    /// This node as the others know it.
    public Member self() {
        return find(members, id).orElseThrow();
    }

    private static Optional<Member> find(List<Member> members, NodeId id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /// The HTTP door.
    ///
    /// @param listen where it listens
    /// @param hosts further names under which browsers may reach this node, besides `localhost`, IP addresses and the
    ///     members' own
    /// @param getWrites whether the GET forms that write exist
    /// @param authentication whether requests must say who they are from; else whoever says nothing is the restricted
    ///     administrator
    /// @param insecure whether the node may listen where others reach it all the same
    public record Http(
            InetSocketAddress listen,
            Set<String> hosts,
            boolean getWrites,
            boolean authentication,
            boolean insecure) {
        public Http {
            hosts = Set.copyOf(hosts);
            require(
                    authentication || insecure || loopback(listen),
                    "http.listen can be reached from elsewhere, and anybody there may do anything: set http.auth = on,"
                            + " or insecure = true if that is meant");
        }

        /// For this machine alone, where nobody need say who they are.
        public static Http local(InetSocketAddress listen) {
            return new Http(listen, Set.of(), true, false, false);
        }
    }

    /// The MySQL doors; a door without an address is not opened.
    ///
    /// @param tlsRequired whether clients that do not take the TLS they are offered are turned away
    public record Doors(
            Optional<InetSocketAddress> readWrite,
            Optional<InetSocketAddress> readOnly,
            boolean tlsRequired,
            DoorLimits limits) {
        /// With the default limits.
        public static Doors of(
                Optional<InetSocketAddress> readWrite, Optional<InetSocketAddress> readOnly) {
            return new Doors(readWrite, readOnly, false, DoorLimits.DEFAULT);
        }
    }

    /// What the node proves itself with.
    ///
    /// @param node its own, with the fleet's authority: between nodes, and at the doors that have none of their own.
    ///     Empty: nodes speak without TLS
    /// @param http another one for HTTP; without this and `node` it is plain HTTP
    /// @param sql another one for the MySQL doors; without this and `node` they offer no TLS
    public record Certificates(
            Optional<TlsFiles> node, Optional<TlsFiles> http, Optional<TlsFiles> sql) {
        /// No TLS anywhere.
        public static final Certificates NONE =
                new Certificates(Optional.empty(), Optional.empty(), Optional.empty());

        public Certificates {
            require(
                    node.isEmpty() || node.get().authority().isPresent(),
                    "tls.certificate, tls.key and tls.ca belong together");
        }

        /// The node's own everywhere.
        public static Certificates of(TlsFiles node) {
            return new Certificates(Optional.of(node), Optional.empty(), Optional.empty());
        }

        /// Of the HTTP door.
        public Optional<TlsFiles> forHttp() {
            return http.or(() -> node);
        }

        /// Of the MySQL doors.
        public Optional<TlsFiles> forSql() {
            return sql.or(() -> node);
        }
    }

    /// The link between nodes, and the replicated log over it.
    ///
    /// @param electionTimeout without a word from the leader for this long a node stands for election. Below 400 ms a
    ///     busy machine holds elections for nothing; each second more is a second without writes after a silent death
    /// @param logKeep how many bytes the log may have before its front is given up; 0 for as much as the server's data
    ///     take, and at least 1 GiB
    /// @param lagMax how far behind the log, in time, a majority of servers may be before writes are slowed down: a
    ///     failover may wait as long as that
    /// @param diskReserve bytes that stay free on the disk: with less, this node neither leads nor takes writes; 0: none
    /// @param verifyEvery how often the leader compares all servers by itself; zero for never
    public record Raft(
            InetSocketAddress listen,
            Duration electionTimeout,
            long logKeep,
            Duration lagMax,
            long diskReserve,
            Duration verifyEvery) {
        /// Two of the smallest files of the log, and something in between.
        public static final long LEAST_LOG_KEEP = 256L << 10;

        /// What is under way when it is reached, and something for the server.
        public static final long LEAST_DISK_RESERVE = 128L << 20;

        public static final Duration DEFAULT_ELECTION_TIMEOUT =
                ConsensusConfig.DEFAULT_ELECTION_TIMEOUT;

        public static final long DEFAULT_DISK_RESERVE = 256L << 20;

        public static final Duration DEFAULT_LAG_MAX = ReplicationConfig.DEFAULT_LAG_MAX;

        public static final Duration DEFAULT_VERIFY_EVERY = ReplicationConfig.DEFAULT_VERIFY_EVERY;

        public Raft {
            require(
                    electionTimeout.toMillis() >= 100 && electionTimeout.toSeconds() <= 60,
                    "the election timeout must be between 100 ms and 60 s: "
                            + electionTimeout.toMillis()
                            + " ms");
            require(
                    logKeep == 0 || logKeep >= LEAST_LOG_KEEP,
                    "the log must keep at least 256 KiB: " + logKeep + " bytes");
            require(
                    diskReserve == 0 || diskReserve >= LEAST_DISK_RESERVE,
                    "the disk's reserve must be 0 or at least 128 MiB: " + diskReserve + " bytes");
            require(
                    lagMax.toMillis() >= 100 && lagMax.toHours() <= 24,
                    "the lag that is allowed must be between 100 ms and a day: "
                            + lagMax.toMillis()
                            + " ms");
            require(
                    verifyEvery.isZero()
                            || verifyEvery.toSeconds() >= 1 && verifyEvery.toDays() <= 365,
                    "servers are compared every second to every year, or 0 for never: "
                            + verifyEvery.toMillis()
                            + " ms");
        }
    }

    /// This node's MariaDB server.
    ///
    /// @param programs where the server's program is unpacked; the nodes of one machine may share it
    /// @param home a MariaDB installation of the machine to use instead, such as `/usr`
    /// @param bufferPoolBytes InnoDB's page cache. Too small: reads go to the disk. Too large: the machine swaps
    public record Engine(
            Path programs, Optional<Path> home, Durability durability, long bufferPoolBytes) {
        /// Small, so that three nodes fit in 2 GiB together.
        public static final long DEFAULT_BUFFER_POOL_BYTES = 64L << 20;

        private static final long MIN_BUFFER_POOL_BYTES = 8L << 20;

        public Engine {
            programs = programs.toAbsolutePath().normalize();
            home = home.map(path -> path.toAbsolutePath().normalize());
            require(
                    bufferPoolBytes >= MIN_BUFFER_POOL_BYTES,
                    "the buffer pool must have at least 8 MiB: " + bufferPoolBytes + " bytes");
        }
    }

    /// What a node's processes are to the system's scheduler.
    public enum Scheduling {
        /// Batch work while many clients write at once ([Press]).
        ADAPTIVE,
        /// As the system starts them.
        NORMAL
    }

    /// What the server itself makes durable at each commit; the Raft log makes it durable in either case.
    public enum Durability {
        RELAXED,
        /// Costs an fsync or two at each commit; for a fleet of one node.
        STRICT
    }
}
