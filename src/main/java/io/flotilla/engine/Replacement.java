package io.flotilla.engine;

import io.flotilla.binlog.Gtid;
import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A data directory that is being put together beside the one in use. It counts for nothing until [Engine#install], or
/// [KeptBase#put]: a crash at any moment before leaves the old data in use.
public final class Replacement {
    private final EngineFiles files;
    private final Path place;
    private boolean complete;

    private Replacement(EngineFiles files, Path place) {
        this.files = files;
        this.place = place;
    }

    static Replacement begin(EngineFiles files, Path place) throws IOException {
        Disk.deleteTree(place);
        Replacement replacement = new Replacement(files, place);
        Disk.createPrivate(replacement.data());
        return replacement;
    }

    /// Where the data go.
    public Path data() {
        return place.resolve("data");
    }

    /// How many bytes may still be written here.
    public long room() throws IOException {
        return Files.getFileStore(place).getUsableSpace();
    }

    /// Makes room by throwing away the data in use and those put aside before; only for data that cannot be proved, and
    /// while no server runs.
    public void makeRoom() throws IOException {
        if (!place.equals(files.arriving())) {
            return;
        }
        Disk.deleteTree(files.unproved());
        Disk.deleteTree(files.server());
    }

    /// Everything is there: makes it durable, with the record of what it is.
    ///
    /// @param position where the data stand
    /// @param highestBinlog no binlog that the data ever knew of had a greater number
    public void complete(Gtid position, long highestBinlog) throws IOException {
        RunRecord.received(highestBinlog, position)
                .write(place.resolve(files.lastRun().getFileName()));
        Disk.syncTree(place);
        complete = true;
    }

    Path install() throws IOException {
        Path arrived = whole();
        Path aside = files.putAside();
        Durable.rename(arrived, files.server());
        return aside;
    }

    /// Where it lies.
    Path whole() {
        if (!complete) {
            throw new IllegalStateException("half a copy is never put in place");
        }
        return place;
    }

    /// Gives up what has been put together so far.
    public void discard() throws IOException {
        Disk.deleteTree(place);
    }
}
