package io.flotilla.binlog;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a replica's I/O thread asks its primary before the stream begins (`sql/slave.cc`,
/// `get_master_version_and_clock`), and what it wants to be remembered.
final class ReplicaConversation {
    /// The id a feed gives itself: no reign and no server of ours has it.
    static final long SERVER_ID = 4_294_967_000L;

    private static final Pattern SET_VARIABLE = Pattern.compile("SET @(\\w+) ?= ?(.*)");
    private static final Pattern KILL = Pattern.compile("KILL (\\d{1,18})");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Duration MAX_HEARTBEAT = Duration.ofSeconds(30);
    private static final Duration MIN_HEARTBEAT = Duration.ofMillis(10);

    private final Clock clock;
    private Duration heartbeat = MAX_HEARTBEAT;
    private boolean checksums;
    private @Nullable String position;

    ReplicaConversation(Clock clock) {
        this.clock = clock;
    }

    /// How often the replica wants to hear something.
    Duration heartbeat() {
        return heartbeat;
    }

    /// Whether the replica knows about checksums; the events have them.
    boolean checksums() {
        return checksums;
    }

    /// The GTID position the replica has, as it wrote it; null until it has said so.
    @Nullable String position() {
        return position;
    }

    Reply answer(String query) {
        String sql = SPACES.matcher(query.strip()).replaceAll(" ");
        return switch (sql.toUpperCase(Locale.ROOT)) {
            case "SELECT UNIX_TIMESTAMP()" ->
                    Reply.Table.of(
                            "UNIX_TIMESTAMP()", Long.toString(clock.instant().getEpochSecond()));
            case "SHOW VARIABLES LIKE 'SERVER_ID'" ->
                    new Reply.Table(
                            List.of("Variable_name", "Value"),
                            List.of("server_id", Long.toString(SERVER_ID)));
            // no row: no semi-sync here; a replica that has it switched on goes on without
            case "SHOW VARIABLES LIKE 'RPL_SEMI_SYNC_MASTER_ENABLED'" ->
                    new Reply.Table(List.of("Variable_name", "Value"), List.of());
            case "SELECT @MASTER_BINLOG_CHECKSUM" ->
                    Reply.Table.of("@master_binlog_checksum", "CRC32");
            case "SELECT @@GLOBAL.GTID_DOMAIN_ID" -> Reply.Table.of("@@GLOBAL.gtid_domain_id", "0");
            default -> other(sql);
        };
    }

    private Reply other(String sql) {
        Matcher variable = SET_VARIABLE.matcher(sql);
        if (variable.matches()) {
            return set(variable.group(1).toLowerCase(Locale.ROOT), variable.group(2));
        }
        Matcher kill = KILL.matcher(sql);
        if (kill.matches()) {
            return new Reply.Kill(Long.parseLong(kill.group(1)));
        }
        // sent on a reconnect
        if (sql.startsWith("SET NAMES ")) {
            return new Reply.Done();
        }
        return unknown(sql);
    }

    private Reply set(String name, String value) {
        return switch (name) {
            case "master_heartbeat_period" -> setHeartbeat(value);
            case "master_binlog_checksum" -> setChecksum(value);
            case "slave_connect_state" -> setPosition(value);
            case "mariadb_slave_capability",
                    "slave_gtid_strict_mode",
                    "slave_gtid_ignore_duplicates" ->
                    new Reply.Done();
            default -> unknown("SET @" + name);
        };
    }

    private Reply setHeartbeat(String nanos) {
        if (!nanos.matches("\\d{1,18}")) {
            return unknown("SET @master_heartbeat_period=" + nanos);
        }
        Duration asked = Duration.ofNanos(Long.parseLong(nanos));
        boolean usual = asked.isPositive() && asked.compareTo(MAX_HEARTBEAT) < 0;
        heartbeat =
                !usual ? MAX_HEARTBEAT : asked.compareTo(MIN_HEARTBEAT) < 0 ? MIN_HEARTBEAT : asked;
        return new Reply.Done();
    }

    private Reply setChecksum(String value) {
        checksums =
                value.equalsIgnoreCase("@@global.binlog_checksum")
                        || value.equalsIgnoreCase("'CRC32'");
        return checksums
                ? new Reply.Done()
                : new Reply.Refusal(
                        Reply.UNKNOWN_ERROR,
                        "this feed sends events with CRC32 checksums only, not " + value);
    }

    private Reply setPosition(String value) {
        if (value.length() < 2 || !value.startsWith("'") || !value.endsWith("'")) {
            return unknown("SET @slave_connect_state=" + value);
        }
        position = value.substring(1, value.length() - 1);
        return new Reply.Done();
    }

    private static Reply unknown(String sql) {
        String shown = sql.length() > 200 ? sql.substring(0, 200) + "..." : sql;
        return new Reply.Refusal(Reply.UNKNOWN_QUERY, "a feed does not answer: " + shown);
    }
}
