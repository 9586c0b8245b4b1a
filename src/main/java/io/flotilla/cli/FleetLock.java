package io.flotilla.cli;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/// Held while a fleet is being started or stopped, so that two commands do not do both at once.
record FleetLock(FileChannel channel) implements AutoCloseable {
    static FleetLock take(FleetDirectory directory) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            directory.lockFile(),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw new FlotillaException(
                        Failure.CONFLICT,
                        "another ./flotilla is starting or stopping the fleet in "
                                + directory.root());
            }
            return new FleetLock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
