package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.account.AccountName;
import io.flotilla.account.AdministratorConfig;
import io.flotilla.failure.FlotillaException;
import io.flotilla.node.NodeConfig.Durability;
import io.flotilla.peer.Member;
import io.flotilla.peer.NodeId;
import io.flotilla.tls.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigFileTest {
    private static final String LEAST =
            """
            fleet = test
            node = 1
            data = here
            member.1 = localhost:9001 http://localhost:8001
            http.listen = 127.0.0.1:8001
            raft.listen = 127.0.0.1:9001
            """;

    private static final String EVERYTHING =
            """
            # a comment
            fleet = test
            node = 2
            data = /srv/flotilla

            member.1 = db1.example:9001 http://db1.example:8001
            member.2 = [::1]:9002 https://localhost:8002
            http.listen = [::1]:8002
            http.hosts = db2.example www.example
            compat.get-writes = off
            http.auth = on
            insecure = true
            sql.listen = 127.0.0.1:3302
            sql.read-only.listen = 127.0.0.1:3402
            tls.certificate = /srv/node.crt
            tls.key = /srv/node.key
            tls.ca = /srv/ca.crt
            http.tls.certificate = /srv/http.crt
            http.tls.key = /srv/http.key
            sql.tls.certificate = /srv/sql.crt
            sql.tls.key = /srv/sql.key
            sql.tls.required = on
            raft.listen = 0.0.0.0:9002
            raft.election-timeout = 2s
            log.keep = 2GiB
            engine.programs = /var/cache/flotilla
            engine.home = /usr
            engine.durability = strict
            engine.buffer-pool = 1GiB
            scheduling = normal
            sql.admin.user = captain
            sql.admin.password-file = /srv/secret
            """;

    @TempDir Path dir;
    private Path file;

    @BeforeEach
    void placeFile() {
        file = dir.resolve("node.conf");
    }

    private NodeConfig read(String text) throws IOException {
        Files.writeString(file, text);
        return NodeConfigFile.read(file);
    }

    @Test
    void recordsEveryDefault() throws IOException {
        NodeConfig config = read(LEAST);

        assertThat(config.data()).isEqualTo(dir.resolve("here"));
        assertThat(config.http().hosts()).isEmpty();
        assertThat(config.http().getWrites()).isTrue();
        assertThat(config.http().authentication()).isFalse();
        assertThat(config.http().insecure()).isFalse();
        assertThat(config.doors())
                .isEqualTo(NodeConfig.Doors.of(Optional.empty(), Optional.empty()));
        assertThat(config.raft().electionTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.engine().programs()).isEqualTo(dir.resolve("here/programs"));
        assertThat(config.engine().home()).isEmpty();
        assertThat(config.engine().durability()).isEqualTo(Durability.STRICT);
        assertThat(config.engine().bufferPoolBytes()).isEqualTo(64 << 20);
        assertThat(config.scheduling()).isEqualTo(NodeConfig.Scheduling.ADAPTIVE);
        assertThat(config.certificates()).isEqualTo(NodeConfig.Certificates.NONE);
        assertThat(config.administrator()).isEmpty();
    }

    @Test
    void relaxesTheServersOwnDurabilityInAFleetOfTwo() throws IOException {
        NodeConfig config = read(LEAST + "member.2 = localhost:9002 http://localhost:8002");

        assertThat(config.engine().durability()).isEqualTo(Durability.RELAXED);
    }

    @Test
    void setsEveryKey() throws IOException {
        NodeConfig config = read(EVERYTHING);

        assertThat(config.fleet()).isEqualTo("test");
        assertThat(config.scheduling()).isEqualTo(NodeConfig.Scheduling.NORMAL);
        assertThat(config.id()).isEqualTo(new NodeId(2));
        assertThat(config.data()).isEqualTo(Path.of("/srv/flotilla"));
        assertThat(config.members())
                .containsExactly(
                        new Member(
                                new NodeId(1),
                                "db1.example",
                                9001,
                                URI.create("http://db1.example:8001")),
                        new Member(
                                new NodeId(2),
                                "[::1]",
                                9002,
                                URI.create("https://localhost:8002")));
        assertThat(config.self().port()).isEqualTo(9002);
        assertThat(config.http().listen()).isEqualTo(new InetSocketAddress("::1", 8002));
        assertThat(config.http().hosts()).isEqualTo(Set.of("db2.example", "www.example"));
        assertThat(config.http().getWrites()).isFalse();
        assertThat(config.http().authentication()).isTrue();
        assertThat(config.http().insecure()).isTrue();
        assertThat(config.doors().readWrite()).contains(new InetSocketAddress("127.0.0.1", 3302));
        assertThat(config.doors().readOnly()).contains(new InetSocketAddress("127.0.0.1", 3402));
        assertThat(config.doors().tlsRequired()).isTrue();
        assertThat(config.certificates())
                .isEqualTo(
                        new NodeConfig.Certificates(
                                Optional.of(
                                        new TlsFiles(
                                                Path.of("/srv/node.crt"),
                                                Path.of("/srv/node.key"),
                                                Optional.of(Path.of("/srv/ca.crt")))),
                                Optional.of(
                                        TlsFiles.of(
                                                Path.of("/srv/http.crt"),
                                                Path.of("/srv/http.key"))),
                                Optional.of(
                                        TlsFiles.of(
                                                Path.of("/srv/sql.crt"),
                                                Path.of("/srv/sql.key")))));
        assertThat(config.raft().listen()).isEqualTo(new InetSocketAddress("0.0.0.0", 9002));
        assertThat(config.raft().electionTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.raft().logKeep()).isEqualTo(2L << 30);
        assertThat(config.engine().programs()).isEqualTo(Path.of("/var/cache/flotilla"));
        assertThat(config.engine().home()).contains(Path.of("/usr"));
        assertThat(config.engine().durability()).isEqualTo(Durability.STRICT);
        assertThat(config.engine().bufferPoolBytes()).isEqualTo(1L << 30);
        assertThat(config.administrator())
                .contains(
                        new AdministratorConfig(
                                new AccountName("captain", "%"),
                                Optional.of(Path.of("/srv/secret"))));
    }

    @Test
    void refusesHalfOfACertificate() {
        assertThatThrownBy(() -> read(LEAST + "tls.certificate = a.crt"))
                .hasMessageContaining("tls.certificate and tls.key belong together");
        assertThatThrownBy(() -> read(LEAST + "sql.tls.key = a.key"))
                .hasMessageContaining("sql.tls.certificate and sql.tls.key belong together");
        assertThatThrownBy(() -> read(LEAST + "tls.ca = ca.crt"))
                .hasMessageContaining("belong together, and with them tls.ca");
        assertThatThrownBy(() -> read(LEAST + "tls.certificate = a.crt\ntls.key = a.key"))
                .hasMessageContaining("tls.certificate, tls.key and tls.ca belong together");
    }

    @Test
    void refusesANodePortThatOthersReachWithoutTls() throws IOException {
        String open = LEAST.replace("raft.listen = 127.0.0.1", "raft.listen = 10.0.0.1");

        assertThatThrownBy(() -> read(open))
                .hasMessageContaining("raft.listen can be reached from elsewhere without TLS");
        assertThat(read(open + "insecure = true").raft().listen().getPort()).isEqualTo(9001);
    }

    @Test
    void refusesToRequireWhatIsNotThere() {
        assertThatThrownBy(() -> read(LEAST + "sql.tls.required = on"))
                .hasMessageContaining("sql.tls.required wants a certificate");
    }

    @Test
    void refusesAPlainUrlOfADoorThatSpeaksTls() {
        assertThatThrownBy(() -> read(LEAST + "http.tls.certificate = a.crt\nhttp.tls.key = a.key"))
                .hasMessageContaining("the URL of member.1 must begin with https://");
    }

    @Test
    void isDocumentedKeyByKey() throws IOException {
        String document = Files.readString(Path.of("docs/configuration.md"));

        assertThat(
                        EVERYTHING
                                .lines()
                                .filter(line -> line.contains(" = "))
                                .map(line -> line.split(" = ")[0]))
                .allSatisfy(key ->
                        assertThat(document)
                                .contains("`" + key.replaceAll("^member\\..*", "member.N") + "`"));
    }

    @Test
    void readsTheExampleOfTheDocument() throws IOException {
        String document = Files.readString(Path.of("docs/configuration.md"));
        String example = document.replaceFirst("(?s).*```properties\n(.*?)```.*", "$1");

        NodeConfig config = read(example);

        assertThat(config.members()).hasSize(3);
    }

    @Test
    void readsBackWhatItWrites() throws IOException {
        NodeConfig config = read(EVERYTHING);

        NodeConfigFile.write(config, file);

        assertThat(NodeConfigFile.read(file)).isEqualTo(config);
    }

    @Nested
    class Refuses {
        private void saysOf(String text, String... parts) {
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(FlotillaException.class)
                    .hasMessageContainingAll(parts)
                    .hasMessageContaining(file.toString());
        }

        @Test
        void aFileThatIsNotThere() {
            assertThatThrownBy(() -> NodeConfigFile.read(file))
                    .isInstanceOf(FlotillaException.class)
                    .hasMessage("there is no file " + file);
        }

        @Test
        void anUnknownKeyAndNamesTheKnown() {
            saysOf(LEAST + "htp.hosts = a", "line 7", "unknown key 'htp.hosts'", "http.hosts");
        }

        @Test
        void aMissingKey() {
            saysOf(LEAST.replace("fleet", "# fleet"), "'fleet' is missing");
        }

        @Test
        void aKeyGivenTwice() {
            saysOf(LEAST + "node = 3", "'node' is given twice, in lines 2 and 7");
        }

        @Test
        void aLineWithoutAnEqualsSign() {
            saysOf(LEAST + "verbose", "line 7 is not of the form 'key = value': verbose");
        }

        @Test
        void aNodeThatIsNoMember() {
            saysOf(LEAST.replace("node = 1", "node = 4"), "node 4 is not among the members");
        }

        @Test
        void aMemberWithoutAUrl() {
            saysOf(LEAST + "member.2 = localhost:9002", "line 7", "must be 'host:port URL'");
        }

        @Test
        void aPortThatIsNone() {
            saysOf(LEAST.replace("127.0.0.1:8001", "127.0.0.1:80010"), "line 5", "host:port");
        }

        @Test
        void aTimeWithoutAUnit() {
            saysOf(LEAST + "raft.election-timeout = 500", "line 7", "such as 500ms");
        }

        @Test
        void aTimeoutThatHoldsElectionsForNothing() {
            saysOf(LEAST + "raft.election-timeout = 20ms", "between 100 ms and 60 s");
        }

        @Test
        void aBufferPoolTooSmallForInnodb() {
            saysOf(LEAST + "engine.buffer-pool = 4MiB", "at least 8 MiB");
        }

        @Test
        void anAdministratorOfOurs() {
            saysOf(LEAST + "sql.admin.user = flotilla_admin", "line 7", "not for clients");
        }

        @Test
        void aPasswordForNobody() {
            saysOf(LEAST + "sql.admin.password-file = secret", "'sql.admin.user' is not");
        }

        @Test
        void anAdministratorWithoutAPasswordWhereOthersReachTheNode() {
            saysOf(
                    LEAST.replace("http.listen = 127.0.0.1", "http.listen = 0.0.0.0")
                            + "http.auth = on\nsql.admin.user = captain",
                    "sql.admin.password-file",
                    "loopback");
            saysOf(
                    LEAST + "sql.admin.user = captain\nsql.listen = 0.0.0.0:3301",
                    "sql.admin.password-file",
                    "loopback");
        }

        @Test
        void aNodeThatOthersReachAndThatAsksNobodyWhoTheyAre() throws IOException {
            String open = LEAST.replace("http.listen = 127.0.0.1", "http.listen = 0.0.0.0");

            saysOf(open, "http.listen can be reached from elsewhere", "http.auth = on");
            assertThat(read(open + "insecure = true").http().insecure()).isTrue();
        }

        @Test
        void aNodeThatOthersReachWithoutTls() throws IOException {
            String open = LEAST.replace("http.listen = 127.0.0.1", "http.listen = 0.0.0.0");
            String https =
                    open.replace("http://localhost:8001", "https://localhost:8001")
                            + "http.auth = on\ntls.certificate = a\ntls.key = b\ntls.ca = c\n";

            saysOf(open + "http.auth = on", "http.listen can be reached from elsewhere", "TLS");
            saysOf(LEAST + "sql.listen = 0.0.0.0:3301", "sql.listen can be reached", "insecure");
            assertThat(read(https + "sql.listen = 0.0.0.0:3301").http().authentication()).isTrue();
        }

        @Test
        void aWordThatIsNoneOfTheChoices() {
            saysOf(LEAST + "engine.durability = none", "must be one of relaxed, strict");
            saysOf(LEAST + "scheduling = idle", "must be one of adaptive, normal");
        }
    }
}
