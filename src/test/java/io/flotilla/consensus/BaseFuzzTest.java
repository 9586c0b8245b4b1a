package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import io.flotilla.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What stands in the place of a log's entries, and who its members are, damaged: read, or refused in one way.
final class BaseFuzzTest {
    private static final int CASES = 20_000;
    private static final List<PeerId> PEERS =
            List.of(PeerId.parsePeer("node:1"), PeerId.parsePeer("node:2"));

    @Test
    void bases() {
        Base base =
                Base.of(
                        9,
                        3,
                        new ConfigurationEntry(
                                new LogId(1, 1), new Configuration(PEERS), new Configuration()),
                        new byte[] {1, 2, 3});
        Fuzz.Outcome outcome =
                Fuzz.of(List.of(base.encode()))
                        .refusedBy(IllegalArgumentException.class)
                        .run(CASES, Base::decode);
        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();

        byte[] uri = new BaseReader(base).generateURIForCopy().getBytes(StandardCharsets.US_ASCII);
        Fuzz.of(List.of(uri))
                .refusedBy(IllegalArgumentException.class)
                .run(
                        CASES,
                        bytes ->
                                BaseReader.fromUri(new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    /// The library complains aloud of each name it cannot read.
    @BeforeEach
    void silence() {
        ((Logger) LoggerFactory.getLogger(PeerId.class)).setLevel(Level.OFF);
    }

    @AfterEach
    void listenAgain() {
        ((Logger) LoggerFactory.getLogger(PeerId.class)).setLevel(null);
    }

    @Test
    void members() {
        LogEntry entry = new LogEntry(EntryType.ENTRY_TYPE_CONFIGURATION);
        entry.setPeers(PEERS);
        Fuzz.Outcome outcome =
                Fuzz.of(List.of(MembersCodec.encode(entry)))
                        .refusedBy(IllegalStateException.class)
                        .run(
                                CASES,
                                bytes ->
                                        MembersCodec.decode(
                                                bytes,
                                                new LogEntry(EntryType.ENTRY_TYPE_CONFIGURATION)));
        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
