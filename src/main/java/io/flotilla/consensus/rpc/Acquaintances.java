package io.flotilla.consensus.rpc;

import io.flotilla.disk.Durable;
import io.flotilla.peer.NodeId;
import io.flotilla.peer.PeerRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/// Which log each other member had when this node first met it, kept on disk.
///
/// A node that lost its log and comes back under its old name would vote as if it had never acknowledged anything: a
/// group of three with one such node can elect a leader that misses acknowledged entries (docs/notes/raft.md, must-do 2 and
/// 3). The log's identity is drawn when it is made; a member that comes with another one than before is refused, by all
/// that met it, until it has vowed what [Vow] says and was taken in again.
public final class Acquaintances {
    /// Begins the last line, which has the sum of all before it.
    private static final String CHECK = "crc32c ";

    private final Path file;
    private final Map<NodeId, UUID> known;

    private Acquaintances(Path file, Map<NodeId, UUID> known) {
        this.file = file;
        this.known = known;
    }

    /// Those noted in `file`; nobody when there is no such file yet.
    ///
    /// @throws IOException if it cannot be read or is damaged: with one digit changed it would refuse a member for ever
    public static Acquaintances load(Path file) throws IOException {
        Acquaintances loaded = new Acquaintances(file, new TreeMap<>());
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            int check = text.lastIndexOf(CHECK);
            String members = check < 0 ? text : text.substring(0, check);
            if (check >= 0 && !text.substring(check).equals(check(members))) {
                throw new IllegalArgumentException("its checksum is wrong");
            }
            members.lines().forEach(loaded::take);
            if (check < 0) {
                // Written before there were checksums.
                loaded.save();
            }
        } catch (NoSuchFileException e) {
            return loaded;
        } catch (RuntimeException e) {
            throw new IOException(
                    "%s is damaged (%s); it names the members this node has met"
                            .formatted(file, e.getMessage()),
                    e);
        }
        return loaded;
    }

    private void take(String line) {
        int space = line.indexOf(' ');
        known.put(
                new NodeId(Integer.parseInt(line.substring(0, space))),
                UUID.fromString(line.substring(space + 1)));
    }

    private static String check(String members) {
        CRC32C sum = new CRC32C();
        sum.update(members.getBytes(StandardCharsets.ISO_8859_1));
        return CHECK + HexFormat.of().toHexDigits((int) sum.getValue()) + "\n";
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
        String members =
                known.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                        .collect(Collectors.joining());
        Durable.replace(file, (members + check(members)).getBytes(StandardCharsets.ISO_8859_1));
    }
}
