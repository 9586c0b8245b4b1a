package io.flotilla.node;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of `key = value` lines being read: each key is taken once, and what nobody took is a mistake.
///
/// Lines that are empty or begin with `#` are skipped; there are no escapes and no quotes. Every complaint is a
/// [FlotillaException] that names the file and, where it can, the line. Not thread-safe.
public final class ConfigText {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(KiB|MiB|GiB|)");
    private static final Pattern ADDRESS =
            Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:\\s]+):(\\d{1,5})");

    private final Path file;
    private final Map<String, Line> lines = new TreeMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    private record Line(int number, String value) {}

    private ConfigText(Path file) {
        this.file = file;
    }

    public static ConfigText read(Path file) {
        try {
            return parse(file, Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new FlotillaException(Failure.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw new FlotillaException(Failure.BAD_REQUEST, file + " cannot be read: " + e, e);
        }
    }

    static ConfigText parse(Path file, List<String> text) {
        ConfigText config = new ConfigText(file);
        for (int i = 0; i < text.size(); i++) {
            config.take(i + 1, text.get(i).strip());
        }
        return config;
    }

    private void take(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw wrong("line " + number + " is not of the form 'key = value': " + line);
        }
        String key = line.substring(0, equals).strip();
        Line before = lines.put(key, new Line(number, line.substring(equals + 1).strip()));
        if (before != null) {
            throw wrong(
                    "'" + key + "' is given twice, in lines " + before.number() + " and " + number);
        }
    }

    public String text(String key) {
        return optional(key).orElseThrow(() -> wrong("'" + key + "' is missing"));
    }

    public String text(String key, String otherwise) {
        return optional(key).orElse(otherwise);
    }

    /// The value, unless the key is missing or has nothing after its `=`.
    public Optional<String> optional(String key) {
        known.add(key);
        return Optional.ofNullable(lines.get(key))
                .map(Line::value)
                .filter(value -> !value.isEmpty());
    }

    /// The value as `parse` understands it; an IllegalArgumentException of `parse` becomes a complaint about this key.
    public <T> T as(String key, Function<String, T> parse) {
        return parsed(key, text(key), parse);
    }

    public <T> T as(String key, T otherwise, Function<String, T> parse) {
        return optionalAs(key, parse).orElse(otherwise);
    }

    public <T> Optional<T> optionalAs(String key, Function<String, T> parse) {
        return optional(key).map(value -> parsed(key, value, parse));
    }

    private <T> T parsed(String key, String value, Function<String, T> parse) {
        try {
            return parse.apply(value);
        } catch (IllegalArgumentException e) {
            throw wrong(where(key) + "'" + key + " = " + value + "' " + e.getMessage(), e);
        }
    }

    private String where(String key) {
        Line line = lines.get(key);
        return line == null ? "" : "line " + line.number() + ": ";
    }

    /// The keys that begin with `prefix`, without it, in order.
    public List<String> keysUnder(String prefix) {
        List<String> found = new ArrayList<>();
        for (String key : lines.keySet()) {
            if (key.startsWith(prefix)) {
                found.add(key.substring(prefix.length()));
            }
        }
        return found;
    }

    /// Complains about keys that nobody asked for: a misspelt key must not be a silent default.
    public void refuseTheRest() {
        for (Map.Entry<String, Line> entry : lines.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw wrong(
                        "line "
                                + entry.getValue().number()
                                + ": unknown key '"
                                + entry.getKey()
                                + "'; known are "
                                + String.join(", ", known));
            }
        }
    }

    FlotillaException wrong(String what) {
        return new FlotillaException(Failure.BAD_REQUEST, file + ": " + what);
    }

    private FlotillaException wrong(String what, Throwable cause) {
        return new FlotillaException(Failure.BAD_REQUEST, file + ": " + what, cause);
    }

    public static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a whole number", e);
        }
    }

    public static boolean onOff(String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("must be 'on' or 'off'");
        };
    }

    public static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be 'true' or 'false'");
        };
    }

    /// `500ms`, `10s`, `5m`, `24h`.
    public static Duration duration(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a time such as 500ms, 10s, 5m or 24h");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /// `64MiB`, `16KiB`, `1GiB`, or bytes.
    public static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a size such as 64MiB, 512KiB or 1GiB");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "KiB" -> amount << 10;
            case "MiB" -> amount << 20;
            case "GiB" -> amount << 30;
            default -> amount;
        };
    }

    /// `host:port`; the host is looked up.
    public static InetSocketAddress address(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw new IllegalArgumentException("must be host:port, such as 127.0.0.1:8001");
        }
        InetSocketAddress address =
                new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("names a host that cannot be found");
        }
        return address;
    }

    /// One of an enum's values, in lower case with `-` for `_`.
    public static <E extends Enum<E>> E word(String text, E[] all) {
        List<String> words = new ArrayList<>();
        for (E each : all) {
            words.add(word(each));
            if (word(each).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("must be one of " + String.join(", ", words));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
