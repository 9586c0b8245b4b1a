package io.flotilla.node;

import io.flotilla.account.AccountName;
import io.flotilla.account.AdministratorConfig;
import io.flotilla.door.DoorLimits;
import io.flotilla.failure.FlotillaException;
import io.flotilla.node.NodeConfig.Certificates;
import io.flotilla.node.NodeConfig.Doors;
import io.flotilla.node.NodeConfig.Durability;
import io.flotilla.node.NodeConfig.Engine;
import io.flotilla.node.NodeConfig.Http;
import io.flotilla.node.NodeConfig.Raft;
import io.flotilla.node.NodeConfig.Scheduling;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.tls.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A node's configuration as a file: `key = value` lines, `#` for comments. The keys, their values and what holds without
/// them are in docs/configuration.md.
public final class NodeConfigFile {
    private static final String MEMBER = "member.";

    private NodeConfigFile() {}

    /// @throws io.flotilla.failure.FlotillaException with one sentence that names file, line and key
    public static NodeConfig read(Path file) {
        ConfigText text = ConfigText.read(file);
        Path base = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        List<Member> members = members(text);
        Path data = text.as("data", base::resolve);
        NodeConfig config;
        try {
            config =
                    new NodeConfig(
                            text.text("fleet"),
                            text.as("node", NodeConfigFile::nodeId),
                            data,
                            members,
                            http(text),
                            doors(text),
                            certificates(text, base),
                            raft(text),
                            engine(text, base, data, members.size()),
                            text.as(
                                    "scheduling",
                                    Scheduling.ADAPTIVE,
                                    word -> ConfigText.word(word, Scheduling.values())),
                            administrator(text, base));
        } catch (IllegalArgumentException e) {
            throw text.wrong(String.valueOf(e.getMessage()));
        }
        text.refuseTheRest();
        return config;
    }

    private static Http http(ConfigText text) {
        return new Http(
                text.as("http.listen", ConfigText::address),
                text.as("http.hosts", Set.of(), hosts -> Set.of(hosts.split("\\s+"))),
                text.as("compat.get-writes", true, ConfigText::onOff),
                text.as("http.auth", false, ConfigText::onOff),
                text.as("insecure", false, ConfigText::truth));
    }

    private static Doors doors(ConfigText text) {
        return new Doors(
                text.optionalAs("sql.listen", ConfigText::address),
                text.optionalAs("sql.read-only.listen", ConfigText::address),
                text.as("sql.tls.required", false, ConfigText::onOff),
                doorLimits(text, DoorLimits.DEFAULT));
    }

    private static Certificates certificates(ConfigText text, Path base) {
        return new Certificates(
                files(text, base, "tls.", text.optionalAs("tls.ca", base::resolve)),
                files(text, base, "http.tls.", Optional.empty()),
                files(text, base, "sql.tls.", Optional.empty()));
    }

    private static Optional<TlsFiles> files(
            ConfigText text, Path base, String keys, Optional<Path> authority) {
        Optional<Path> certificate = text.optionalAs(keys + "certificate", base::resolve);
        Optional<Path> key = text.optionalAs(keys + "key", base::resolve);
        if (certificate.isPresent() != key.isPresent()
                || certificate.isEmpty() && authority.isPresent()) {
            throw new IllegalArgumentException(
                    keys
                            + "certificate and "
                            + keys
                            + "key belong together"
                            + (authority.isPresent() ? ", and with them tls.ca" : ""));
        }
        return certificate.map(pem -> new TlsFiles(pem, key.orElseThrow(), authority));
    }

    private static DoorLimits doorLimits(ConfigText text, DoorLimits otherwise) {
        return new DoorLimits(
                text.as("sql.connections", otherwise.connections(), ConfigText::number),
                text.as("sql.waiting", otherwise.waiting(), ConfigText::number),
                text.as("sql.wait", otherwise.patience(), ConfigText::duration),
                text.as("sql.handshake", otherwise.handshake(), ConfigText::duration),
                text.as("sql.idle", otherwise.idle(), ConfigText::duration),
                Math.toIntExact(
                        text.as("sql.buffer", (long) otherwise.bufferBytes(), ConfigText::size)),
                text.as("ro.max-lag", otherwise.maxLag(), ConfigText::duration));
    }

    private static Raft raft(ConfigText text) {
        return new Raft(
                text.as("raft.listen", ConfigText::address),
                text.as(
                        "raft.election-timeout",
                        Raft.DEFAULT_ELECTION_TIMEOUT,
                        ConfigText::duration),
                text.as("log.keep", 0L, ConfigText::size),
                text.as("lag.max", Raft.DEFAULT_LAG_MAX, ConfigText::duration),
                text.as("disk.reserve", Raft.DEFAULT_DISK_RESERVE, ConfigText::size),
                text.as("verify.every", Raft.DEFAULT_VERIFY_EVERY, ConfigText::duration));
    }

    private static Optional<AdministratorConfig> administrator(ConfigText text, Path base) {
        Optional<AccountName> name = text.optionalAs("sql.admin.user", NodeConfigFile::account);
        Optional<Path> file = text.optionalAs("sql.admin.password-file", base::resolve);
        if (name.isEmpty() && file.isPresent()) {
            throw text.wrong("'sql.admin.password-file' is given, and 'sql.admin.user' is not");
        }
        return name.map(user -> new AdministratorConfig(user, file));
    }

    private static AccountName account(String user) {
        try {
            return new AccountName(user, AccountName.ANYWHERE);
        } catch (FlotillaException e) {
            throw new IllegalArgumentException("is not for a client: " + e.message(), e);
        }
    }

    private static Engine engine(ConfigText text, Path base, Path data, int members) {
        return new Engine(
                text.as("engine.programs", data.resolve("programs"), base::resolve),
                text.optionalAs("engine.home", Path::of),
                text.as(
                        "engine.durability",
                        members == 1 ? Durability.STRICT : Durability.RELAXED,
                        word -> ConfigText.word(word, Durability.values())),
                text.as("engine.buffer-pool", Engine.DEFAULT_BUFFER_POOL_BYTES, ConfigText::size));
    }

    private static List<Member> members(ConfigText text) {
        List<Member> members = new ArrayList<>();
        for (String number : text.keysUnder(MEMBER)) {
            members.add(text.as(MEMBER + number, value -> member(nodeId(number), value)));
        }
        return members;
    }

    private static Member member(NodeId id, String value) {
        String[] parts = value.split("\\s+");
        int colon = parts[0].lastIndexOf(':');
        if (parts.length != 2 || colon < 1) {
            throw new IllegalArgumentException(
                    "must be 'host:port URL', such as 'localhost:9001 http://localhost:8001'");
        }
        URI http = URI.create(parts[1]);
        if (http.getHost() == null
                || !Set.of("http", "https").contains(String.valueOf(http.getScheme()))
                || parts[1].endsWith("/")) {
            throw new IllegalArgumentException(
                    "must end in a URL such as http://localhost:8001, without a slash at its end");
        }
        return new Member(
                id,
                parts[0].substring(0, colon),
                ConfigText.number(parts[0].substring(colon + 1)),
                http);
    }

    private static NodeId nodeId(String text) {
        return new NodeId(ConfigText.number(text));
    }

    /// Writes the file that [#read] reads back as an equal configuration.
    public static void write(NodeConfig config, Path file) {
        List<String> lines = new ArrayList<>();
        lines.add("# A node of a Flotilla fleet: ./flotilla node --config FILE");
        lines.add("fleet = " + config.fleet());
        lines.add("node = " + config.id());
        lines.add("data = " + config.data());
        for (Member member : config.members()) {
            lines.add(
                    MEMBER
                            + member.id()
                            + " = "
                            + member.host()
                            + ":"
                            + member.port()
                            + " "
                            + member.http());
        }
        lines.add("http.listen = " + address(config.http().listen()));
        if (!config.http().hosts().isEmpty()) {
            lines.add("http.hosts = " + String.join(" ", config.http().hosts()));
        }
        lines.add("compat.get-writes = " + (config.http().getWrites() ? "on" : "off"));
        lines.add("http.auth = " + (config.http().authentication() ? "on" : "off"));
        if (config.http().insecure()) {
            lines.add("insecure = true");
        }
        config.doors()
                .readWrite()
                .ifPresent(listen -> lines.add("sql.listen = " + address(listen)));
        config.doors()
                .readOnly()
                .ifPresent(listen -> lines.add("sql.read-only.listen = " + address(listen)));
        if (config.doors().tlsRequired()) {
            lines.add("sql.tls.required = on");
        }
        config.certificates().node().ifPresent(files -> add(lines, "tls.", files));
        config.certificates().http().ifPresent(files -> add(lines, "http.tls.", files));
        config.certificates().sql().ifPresent(files -> add(lines, "sql.tls.", files));
        addLimits(lines, config.doors().limits(), DoorLimits.DEFAULT);
        lines.add("raft.listen = " + address(config.raft().listen()));
        lines.add("raft.election-timeout = " + config.raft().electionTimeout().toMillis() + "ms");
        if (config.raft().logKeep() > 0) {
            lines.add("log.keep = " + config.raft().logKeep());
        }
        lines.add("disk.reserve = " + config.raft().diskReserve());
        lines.add("lag.max = " + config.raft().lagMax().toMillis() + "ms");
        lines.add("verify.every = " + config.raft().verifyEvery().toMillis() + "ms");
        lines.add("engine.programs = " + config.engine().programs());
        config.engine().home().ifPresent(home -> lines.add("engine.home = " + home));
        lines.add("engine.durability = " + ConfigText.word(config.engine().durability()));
        lines.add("engine.buffer-pool = " + config.engine().bufferPoolBytes());
        if (config.scheduling() != Scheduling.ADAPTIVE) {
            lines.add("scheduling = " + ConfigText.word(config.scheduling()));
        }
        config.administrator()
                .ifPresent(administrator -> {
                    lines.add("sql.admin.user = " + administrator.name().user());
                    administrator
                            .passwordFile()
                            .ifPresent(path -> lines.add("sql.admin.password-file = " + path));
                });
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(List<String> lines, String keys, TlsFiles files) {
        lines.add(keys + "certificate = " + files.certificate());
        lines.add(keys + "key = " + files.key());
        files.authority().ifPresent(authority -> lines.add(keys + "ca = " + authority));
    }

    /// Those that are not the defaults.
    private static void addLimits(List<String> lines, DoorLimits limits, DoorLimits otherwise) {
        add(lines, "sql.connections", limits.connections(), otherwise.connections(), "");
        add(lines, "sql.waiting", limits.waiting(), otherwise.waiting(), "");
        add(lines, "sql.wait", limits.patience().toMillis(), otherwise.patience().toMillis(), "ms");
        add(
                lines,
                "sql.handshake",
                limits.handshake().toMillis(),
                otherwise.handshake().toMillis(),
                "ms");
        add(lines, "sql.idle", limits.idle().toMillis(), otherwise.idle().toMillis(), "ms");
        add(lines, "sql.buffer", limits.bufferBytes(), otherwise.bufferBytes(), "");
        add(lines, "ro.max-lag", limits.maxLag().toMillis(), otherwise.maxLag().toMillis(), "ms");
    }

    private static void add(
            List<String> lines, String key, long value, long otherwise, String unit) {
        if (value != otherwise) {
            lines.add(key + " = " + value + unit);
        }
    }

    private static String address(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
