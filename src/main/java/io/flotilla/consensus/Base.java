package io.flotilla.consensus;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What stands in the place of the entries a compacted log no longer has.
///
/// @param index the last of them
/// @param term its term
/// @param meta the same, with the members of the group then, in the library's words
/// @param state what the state machine said of them
record Base(long index, long term, SnapshotMeta meta, byte[] state) {
    private static final byte VERSION = 1;

    static Base of(long index, long term, ConfigurationEntry members, byte[] state) {
        SnapshotMeta.Builder meta =
                SnapshotMeta.newBuilder().setLastIncludedIndex(index).setLastIncludedTerm(term);
        names(members.getConf()).forEach(meta::addPeers);
        learners(members.getConf()).forEach(meta::addLearners);
        names(members.getOldConf()).forEach(meta::addOldPeers);
        learners(members.getOldConf()).forEach(meta::addOldLearners);
        return new Base(index, term, meta.build(), state);
    }

    private static List<String> names(Configuration members) {
        return members.listPeers().stream().map(PeerId::toString).toList();
    }

    private static List<String> learners(Configuration members) {
        return members.listLearners().stream().map(PeerId::toString).toList();
    }

    byte[] encode() {
        List<byte[]> lists =
                List.of(
                        names(meta.getPeersList()),
                        names(meta.getLearnersList()),
                        names(meta.getOldPeersList()),
                        names(meta.getOldLearnersList()));
        int size = 1 + 8 + 8 + lists.stream().mapToInt(list -> 4 + list.length).sum() + 4;
        ByteBuffer out = ByteBuffer.allocate(size + state.length);
        out.put(VERSION).putLong(index).putLong(term);
        lists.forEach(list -> out.putInt(list.length).put(list));
        return out.putInt(state.length).put(state).array();
    }

    private static byte[] names(List<String> names) {
        return String.join("\n", names).getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IllegalArgumentException if these are not bytes of this version
    static Base decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "the base of a log in format " + version + "; known is " + VERSION);
            }
            long index = in.getLong();
            long term = in.getLong();
            SnapshotMeta.Builder meta =
                    SnapshotMeta.newBuilder().setLastIncludedIndex(index).setLastIncludedTerm(term);
            names(in).forEach(meta::addPeers);
            names(in).forEach(meta::addLearners);
            names(in).forEach(meta::addOldPeers);
            names(in).forEach(meta::addOldLearners);
            byte[] state = take(in);
            return new Base(index, term, meta.build(), state);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the base of a log ends early", e);
        }
    }

    private static List<String> names(ByteBuffer in) {
        String text = new String(take(in), StandardCharsets.UTF_8);
        return text.isEmpty() ? List.of() : new ArrayList<>(List.of(text.split("\n", -1)));
    }

    private static byte[] take(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("the base of a log is damaged");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
