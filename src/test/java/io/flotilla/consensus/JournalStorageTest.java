package io.flotilla.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.codec.v2.LogEntryV2CodecFactory;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import io.flotilla.consensus.journal.JournalSettings;
import io.flotilla.consensus.journal.LogDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract the library expects of log and vote (LogStorage, LogManagerImpl, RaftMetaStorage of JRaft 1.4.1).
class JournalStorageTest {
    private static final JournalSettings SETTINGS =
            JournalSettings.defaults().withSegmentBytes(64 << 10);

    @TempDir Path temp;
    private LogDirectory directory;
    private JournalLogStorage storage;
    private JournalMetaStorage meta;
    private ConfigurationManager configurations;

    @BeforeEach
    void make() throws IOException {
        LogDirectory.create(temp.resolve("log"), 0, SETTINGS);
        open();
        meta.setTermAndVotedFor(9, new PeerId("a", 1));
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private void open() throws IOException {
        directory =
                LogDirectory.open(
                        temp.resolve("log"),
                        SETTINGS,
                        cause -> {
                            throw new AssertionError(cause);
                        });
        storage = new JournalLogStorage(directory.journal(), directory.vote());
        meta = new JournalMetaStorage(directory.vote());
        configurations = new ConfigurationManager();
        LogStorageOptions options = new LogStorageOptions();
        options.setGroupId("g0");
        options.setConfigurationManager(configurations);
        options.setLogEntryCodecFactory(LogEntryV2CodecFactory.getInstance());
        assertThat(storage.init(options)).isTrue();
        assertThat(meta.init(new RaftMetaStorageOptions())).isTrue();
    }

    private void reopen() throws IOException {
        storage.shutdown();
        meta.shutdown();
        directory.close();
        open();
    }

    private static LogEntry entry(EntryType type, long index, long term) {
        LogEntry entry = new LogEntry(type);
        entry.setId(new LogId(index, term));
        return entry;
    }

    private static LogEntry data(long index, long term, String text) {
        LogEntry entry = entry(EntryType.ENTRY_TYPE_DATA, index, term);
        entry.setData(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return entry;
    }

    private static LogEntry members(long index, List<PeerId> peers, List<PeerId> learners) {
        LogEntry entry = entry(EntryType.ENTRY_TYPE_CONFIGURATION, index, 1);
        entry.setPeers(peers);
        entry.setLearners(learners);
        return entry;
    }

    private void assertHolds(LogEntry expected) {
        LogEntry found = storage.getEntry(expected.getId().getIndex());
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void isEmptyWithFirstOneAndLastZero() {
        assertThat(storage.getFirstLogIndex()).isEqualTo(1);
        assertThat(storage.getLastLogIndex()).isZero();
        assertThat(storage.getEntry(0)).isNull();
        assertThat(storage.getEntry(1)).isNull();
    }

    @Test
    void givesBackEveryKindOfEntryAlsoAfterARestart() throws IOException {
        PeerId a = new PeerId("127.0.0.1", 9001);
        PeerId b = new PeerId("127.0.0.1", 9002, 3);
        PeerId c = new PeerId("host", 9003, 1, 50);
        LogEntry joint = members(3, List.of(a, b), List.of(c));
        joint.setOldPeers(List.of(a));
        joint.setOldLearners(List.of(b, c));
        List<LogEntry> entries =
                List.of(
                        entry(EntryType.ENTRY_TYPE_NO_OP, 1, 1),
                        data(2, 1, "hello"),
                        joint,
                        members(4, List.of(a), List.of()),
                        data(5, 2, ""));
        assertThat(storage.appendEntries(new ArrayList<>(entries))).isEqualTo(5);
        entries.forEach(this::assertHolds);
        reopen();
        entries.forEach(this::assertHolds);
        assertThat(storage.getLastLogIndex()).isEqualTo(5);
    }

    @Test
    void tellsTheLibraryAllConfigurationsInOrder() throws IOException {
        PeerId a = new PeerId("a", 1);
        PeerId b = new PeerId("b", 1);
        LogEntry joint = members(2, List.of(a, b), List.of(new PeerId("l", 1)));
        joint.setOldPeers(List.of(a));
        storage.appendEntries(new ArrayList<>(List.of(members(1, List.of(a), List.of()), joint)));
        storage.appendEntries(
                new ArrayList<>(List.of(data(3, 1, "x"), members(4, List.of(b), List.of()))));
        reopen();
        ConfigurationEntry last = configurations.getLastConfiguration();
        assertThat(last.getId()).isEqualTo(new LogId(4, 1));
        assertThat(last.getConf().listPeers()).containsExactly(b);
        ConfigurationEntry second = configurations.get(3);
        assertThat(second.getId()).isEqualTo(new LogId(2, 1));
        assertThat(second.getConf().listPeers()).containsExactly(a, b);
        assertThat(second.getConf().getLearners()).containsExactly(new PeerId("l", 1));
        assertThat(second.getOldConf().listPeers()).containsExactly(a);
        assertThat(configurations.get(1).getConf().listPeers()).containsExactly(a);
    }

    @Test
    void leavesTheSharedBufferAlone() {
        ByteBuffer shared =
                ByteBuffer.wrap("..middle..".getBytes(StandardCharsets.UTF_8)).position(2).limit(8);
        LogEntry entry = entry(EntryType.ENTRY_TYPE_DATA, 1, 1);
        entry.setData(shared.asReadOnlyBuffer());
        assertThat(storage.appendEntry(entry)).isTrue();
        assertThat(entry.getData().remaining()).isEqualTo(6);
        assertHolds(data(1, 1, "middle"));
    }

    @Test
    void keepsADataEntryReadableWithoutTheLibrary() throws IOException {
        storage.appendEntry(data(1, 1, "as it is"));
        assertThat(directory.journal().read(1).orElseThrow().payload())
                .isEqualTo("as it is".getBytes(StandardCharsets.UTF_8));
    }

    /// A storage that overwrote would let applied entries be replaced (LogManagerImpl.unsafeTruncateSuffix goes on after
    /// its fatal error).
    @Test
    void refusesAGapAndAnOverwrite() {
        storage.appendEntries(new ArrayList<>(List.of(data(1, 1, "a"), data(2, 1, "b"))));
        assertThat(storage.appendEntries(new ArrayList<>(List.of(data(2, 2, "c"))))).isZero();
        assertThat(storage.appendEntries(new ArrayList<>(List.of(data(4, 2, "c"))))).isZero();
        assertHolds(data(2, 1, "b"));
        assertThat(storage.getLastLogIndex()).isEqualTo(2);
    }

    @Test
    void cutsBothEnds() throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            entries.add(data(i, 1, "e" + i));
        }
        storage.appendEntries(entries);
        assertThat(storage.truncateSuffix(7)).isTrue();
        assertThat(storage.truncatePrefix(4)).isTrue();
        assertThat(storage.getEntry(8)).isNull();
        assertThat(storage.getEntry(3)).as("still there for a reader on its way").isNotNull();
        reopen();
        assertThat(storage.getFirstLogIndex()).isEqualTo(4);
        assertThat(storage.getLastLogIndex()).isEqualTo(7);
        assertThat(storage.truncatePrefix(20)).isTrue();
        assertThat(storage.getFirstLogIndex()).isEqualTo(20);
        assertThat(storage.getLastLogIndex()).isZero();
        assertThat(storage.appendEntry(data(20, 2, "on"))).isTrue();
    }

    @Test
    void resetsWithoutAPhantomEntry() throws IOException {
        storage.appendEntry(data(1, 1, "a"));
        assertThat(storage.reset(100)).isTrue();
        assertThat(storage.getFirstLogIndex()).isEqualTo(100);
        assertThat(storage.getLastLogIndex()).isZero();
        assertThat(storage.getEntry(100)).isNull();
        reopen();
        assertThat(storage.getLastLogIndex()).isZero();
        assertThat(storage.appendEntry(data(100, 3, "b"))).isTrue();
    }

    @Test
    void keepsTermAndVote() throws IOException {
        assertThat(meta.getVotedFor()).isEqualTo(new PeerId("a", 1));
        meta.setTermAndVotedFor(10, PeerId.emptyPeer());
        assertThat(meta.getVotedFor().isEmpty()).isTrue();
        meta.setVotedFor(new PeerId("b", 2, 4));
        reopen();
        assertThat(meta.getTerm()).isEqualTo(10);
        assertThat(meta.getVotedFor()).isEqualTo(new PeerId("b", 2, 4));
        meta.setTerm(11);
        assertThat(meta.getVotedFor().isEmpty()).isTrue();
    }

    /// NodeImpl.electSelf raises the term in memory before it writes it; entries of that term may come in between.
    @Test
    void writesTheTermOfAnEntryBeforeTheEntry() throws IOException {
        storage.appendEntry(data(1, 12, "early"));
        assertThat(meta.getTerm()).isEqualTo(12);
        assertThat(meta.getVotedFor().isEmpty()).isTrue();
        assertThat(meta.setTermAndVotedFor(12, new PeerId("me", 1))).isTrue();
        reopen();
        assertHolds(data(1, 12, "early"));
    }
}
