package io.flotilla.consensus;

import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.impl.LocalRaftMetaStorage;
import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Log and vote in a directory.
final class StoragePlace {
    private StoragePlace() {}

    static GroupStorage open(Path directory, FatalHook fatal) throws IOException {
        Files.createDirectories(directory);
        RaftOptions options = new RaftOptions();
        return new GroupStorage(
                new RocksDBLogStorage(directory.resolve("log").toString(), options),
                new TermWatch(new LocalRaftMetaStorage(directory.resolve("vote").toString(), options), fatal));
    }
}
