package io.flotilla.consensus.rpc;

import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerRefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Which log each other member had when this node first met it, kept on disk.
///
/// A node that lost its log and comes back under its old name would vote as if it had never acknowledged anything: a
/// group of three with one such node can elect a leader that misses acknowledged entries (docs/notes/raft.md, must-do 2 and
/// 3). The log's identity is drawn when it is made; a member that comes with another one than before is refused, by all
/// that met it, until it has vowed what [Vow] says and was taken in again.
public final class Acquaintances {
    private final Path file;
    private final Map<NodeId, UUID> known;

    private Acquaintances(Path file, Map<NodeId, UUID> known) {
        this.file = file;
        this.known = known;
    }

    /// Those noted in `file`; nobody when there is no such file yet.
    public static Acquaintances load(Path file) throws IOException {
        Map<NodeId, UUID> known = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                int space = line.indexOf(' ');
                known.put(
                        new NodeId(Integer.parseInt(line.substring(0, space))),
                        UUID.fromString(line.substring(space + 1)));
            }
        } catch (NoSuchFileException e) {
            return new Acquaintances(file, known);
        } catch (RuntimeException e) {
            throw new IOException(file + " is damaged; it names the members this node has met", e);
        }
        return new Acquaintances(file, known);
    }

    /// Notes a member met for the first time, durably, before anything is exchanged with it.
    ///
    /// @throws PeerRefusedException if it had another log before
    /// @throws IOException if it could not be noted
    synchronized void meet(NodeId node, UUID log) throws IOException {
        UUID before = known.putIfAbsent(node, log);
        if (before == null) {
            try {
                save();
            } catch (IOException e) {
                known.remove(node);
                throw e;
            }
        } else if (!before.equals(log)) {
            throw new PeerRefusedException(
                    "node "
                            + node
                            + " comes with log "
                            + log
                            + ", it had log "
                            + before
                            + " before: its log was lost or replaced. It must not take part under its old name");
        }
    }

    /// Whether a member had another log when it was met.
    public synchronized boolean knowsAnother(NodeId node, UUID log) {
        UUID before = known.get(node);
        return before != null && !before.equals(log);
    }

    /// Takes a member in again that lost its log and has vowed to keep silent until it has caught up (see `Rejoin`).
    ///
    /// @throws IOException if it could not be noted
    public synchronized void takeIn(NodeId node, UUID log) throws IOException {
        UUID before = known.put(node, log);
        if (log.equals(before)) {
            return;
        }
        try {
            save();
        } catch (IOException e) {
            if (before == null) {
                known.remove(node);
            } else {
                known.put(node, before);
            }
            throw e;
        }
    }

    private void save() throws IOException {
        List<String> lines =
                known.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList();
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(draft, lines, StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
