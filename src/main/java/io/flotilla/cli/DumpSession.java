package io.flotilla.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a dump has set in its session so far: a request's session forgets it, so it goes before each batch.
///
/// Only what changes the meaning of what follows is followed; the rest (`SQL_LOG_BIN`, `GTID_PURGED`, `SQL_NOTES`, names of
/// character sets of the connection) is for another server, or says nothing to ours. A value can be kept in a variable of
/// the dump's own (`@OLD_SQL_MODE`) and given back.
final class DumpSession {
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?is)(@@?)?(?:(GLOBAL|SESSION|LOCAL)[\\s.]+)?(\\w+)\\s*:?=\\s*(.+)");

    private static final Pattern READS_SYSTEM =
            Pattern.compile("(?is)@@(?:(?:SESSION|LOCAL)\\.)?(\\w+)");

    private static final Pattern READS_USER = Pattern.compile("(?is)@(\\w+)");

    private static final Set<String> FOLLOWED =
            Set.of(
                    "foreign_key_checks",
                    "unique_checks",
                    "time_zone",
                    "sql_mode",
                    "character_set_client",
                    "collation_connection");

    /// What the server refuses though nobody means it so: an old dump's `ENGINE=MyISAM` becomes InnoDB.
    private static final Pattern ENGINE = Pattern.compile("(?i),?NO_ENGINE_SUBSTITUTION");

    private final Map<String, String> set = new TreeMap<>();
    private final Map<String, Optional<String>> kept = new TreeMap<>();

    /// @param statement a SET
    void apply(String statement) {
        for (String part : parts(statement.replaceFirst("(?is)^SET\\s+", ""))) {
            Matcher assignment = ASSIGNMENT.matcher(part.strip());
            if (assignment.matches()) {
                assign(
                        Optional.ofNullable(assignment.group(1)).orElse(""),
                        Optional.ofNullable(assignment.group(2)).orElse(""),
                        assignment.group(3).toLowerCase(Locale.ROOT),
                        assignment.group(4).strip());
            }
        }
    }

    private void assign(String sign, String scope, String name, String value) {
        if (sign.equals("@")) {
            Matcher system = READS_SYSTEM.matcher(value);
            if (system.matches()) {
                kept.put(
                        name,
                        Optional.ofNullable(set.get(system.group(1).toLowerCase(Locale.ROOT))));
            }
        } else if (FOLLOWED.contains(name) && !scope.equalsIgnoreCase("GLOBAL")) {
            Matcher user = READS_USER.matcher(value);
            Optional<String> meant =
                    user.matches()
                            ? kept.getOrDefault(
                                    user.group(1).toLowerCase(Locale.ROOT), Optional.empty())
                            : Optional.of(value);
            if (meant.isPresent() && possible(name, meant.get())) {
                set.put(name, ENGINE.matcher(meant.get()).replaceAll(""));
            } else {
                set.remove(name);
            }
        }
    }

    /// Statements reach the server in utf8mb4: another character set of the client would make nonsense of them.
    private static boolean possible(String name, String value) {
        String plain = value.replace("'", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "character_set_client" -> plain.equals("utf8mb4");
            case "collation_connection" -> plain.startsWith("utf8mb4");
            default -> true;
        };
    }

    /// What is to be run before the statements that follow; empty for nothing.
    Optional<String> statement() {
        return set.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        set.entrySet().stream()
                                .map(each -> each.getKey() + "=" + each.getValue())
                                .collect(Collectors.joining(", ", "SET SESSION ", "")));
    }

    /// At commas outside of quotes.
    private static String[] parts(String list) {
        return list.split(",(?=(?:[^']*'[^']*')*[^']*$)");
    }
}
