package io.flotilla.engine;

import io.flotilla.binlog.Gtid;
import io.flotilla.disk.Durable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/// What the last run of the server was, kept beside its data and made durable before what it says becomes true
/// (docs/design.md, section 6: the unclean mark, the boot and the role).
///
/// @param boot the machine's boot in which the run began; another one now means that the page cache was lost
/// @param highestBinlog no binlog of this data directory ever had a greater number: the next reign begins above it,
///     for InnoDB remembers the *greatest* file name, not the last (docs/notes/power-loss.md)
/// @param end how the run ended, or what it was doing when nobody has said so
public record RunRecord(String boot, long highestBinlog, End end) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String FORMAT = "1";

    /// What is known of the end of the last run.
    public sealed interface End {}

    /// A first data directory has been put here, and its position is not settled yet.
    public record Never() implements End {}

    /// A copy of another node's data has been put here, and its position is not settled yet.
    ///
    /// @param position where the data stand; what they say themselves is an older one if they come from a leader
    public record Received(Gtid position) implements End {}

    /// Stopped in order, everything on the disk.
    ///
    /// @param position the server's position then
    public record Clean(Gtid position) implements End {}

    /// Was running as a follower, and nobody has said that it stopped.
    public record Following() implements End {}

    /// Was leading, and nobody has said that it stopped.
    ///
    /// @param term the reign
    /// @param firstBinlog the number of the reign's first binlog file: an InnoDB position in a lower one means that the
    ///     data hold nothing of this reign
    /// @param before the server's position before the reign's first transaction, durable before this was written
    public record Leading(long term, long firstBinlog, Gtid before) implements End {}

    static RunRecord never() {
        return new RunRecord("", 0, new Never());
    }

    static RunRecord received(long highestBinlog, Gtid position) {
        return new RunRecord("", highestBinlog, new Received(position));
    }

    RunRecord withEnd(End next) {
        return new RunRecord(boot, highestBinlog, next);
    }

    RunRecord withHighestBinlog(long number) {
        return new RunRecord(boot, Math.max(highestBinlog, number), end);
    }

    RunRecord inThisBoot() {
        return new RunRecord(currentBoot(), highestBinlog, end);
    }

    /// Whether the machine has not been started anew since: what the server wrote is in the page cache or on the disk.
    public boolean sameBoot() {
        return boot.equals(currentBoot());
    }

    /// Whether the last run did not end in order: the next start recovers, and a clean restart follows it.
    public boolean unclean() {
        return switch (end) {
            case Never() -> false;
            case Received ignored -> false;
            case Clean ignored -> false;
            case Following() -> true;
            case Leading ignored -> true;
        };
    }

    private static String currentBoot() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            throw Disk.unchecked("the machine's boot id cannot be read", e);
        }
    }

    void write(Path file) {
        try {
            String text = text();
            Durable.replace(
                    file, (text + "crc=" + crc(text) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Disk.unchecked("the record of the server's run cannot be written", e);
        }
    }

    private String text() {
        String head =
                "format=" + FORMAT + "\nboot=" + boot + "\nhighest-binlog=" + highestBinlog + "\n";
        return head
                + switch (end) {
                    case Never() -> "end=never\n";
                    case Received(Gtid position) -> "end=received\nposition=" + position + "\n";
                    case Clean(Gtid position) -> "end=clean\nposition=" + position + "\n";
                    case Following() -> "end=following\n";
                    case Leading(long term, long firstBinlog, Gtid before) ->
                            "end=leading\nterm=%d\nfirst-binlog=%d\nbefore=%s\n"
                                    .formatted(term, firstBinlog, before);
                };
    }

    /// Empty when there is none.
    ///
    /// @throws EngineException when it is not as it was written
    static Optional<RunRecord> read(Path file) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            return Optional.of(parse(Files.readString(file)));
        } catch (IOException e) {
            throw Disk.unchecked("the record of the server's run cannot be read", e);
        }
    }

    static RunRecord parse(String content) {
        int at = content.lastIndexOf("crc=");
        if (at < 0
                || !content.substring(at).equals("crc=" + crc(content.substring(0, at)) + "\n")) {
            throw new EngineException("The record of the server's run is damaged.");
        }
        Map<String, String> fields =
                content.substring(0, at)
                        .lines()
                        .map(line -> line.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        if (!FORMAT.equals(fields.get("format"))) {
            throw new EngineException(
                    "The server's directory was written by another version of Flotilla (format %s)."
                            .formatted(fields.get("format")));
        }
        return new RunRecord(
                field(fields, "boot"),
                Long.parseLong(field(fields, "highest-binlog")),
                end(fields));
    }

    private static End end(Map<String, String> fields) {
        String end = field(fields, "end");
        return switch (end) {
            case "never" -> new Never();
            case "received" -> new Received(Gtid.parse(field(fields, "position")));
            case "clean" -> new Clean(Gtid.parse(field(fields, "position")));
            case "following" -> new Following();
            case "leading" ->
                    new Leading(
                            Long.parseLong(field(fields, "term")),
                            Long.parseLong(field(fields, "first-binlog")),
                            Gtid.parse(field(fields, "before")));
            default ->
                    throw new EngineException("The record of the server's run says '" + end + "'.");
        };
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new EngineException(
                    "The record of the server's run does not name '" + name + "'.");
        }
        return value;
    }

    private static String crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
