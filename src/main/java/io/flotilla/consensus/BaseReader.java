package io.flotilla.consensus;

import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A [Base] in the library's words: a snapshot without files.
final class BaseReader extends SnapshotReader {
    private static final String SCHEME = "flotilla-base:";

    private final Base base;

    BaseReader(Base base) {
        this.base = base;
    }

    Base base() {
        return base;
    }

    @Override
    public SnapshotMeta load() {
        return base.meta();
    }

    /// The whole of it: it is small, and there is nothing to fetch.
    @Override
    public String generateURIForCopy() {
        return SCHEME + Base64.getEncoder().encodeToString(base.encode());
    }

    /// @throws IllegalArgumentException if it is not one of [#generateURIForCopy]
    static Base fromUri(String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw new IllegalArgumentException("not the base of a log: " + uri);
        }
        return Base.decode(Base64.getDecoder().decode(uri.substring(SCHEME.length())));
    }

    @Override
    public boolean init(@Nullable Void nothing) {
        return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public void close() {}

    @Override
    public String getPath() {
        return SCHEME;
    }

    @Override
    public Set<String> listFiles() {
        return Set.of();
    }

    @Override
    public @Nullable Message getFileMeta(String fileName) {
        return null;
    }
}
