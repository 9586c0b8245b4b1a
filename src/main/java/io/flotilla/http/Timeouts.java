package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `500ms`, `5s`, `2m`.
final class Timeouts {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m)");

    private Timeouts() {}

    static Duration parse(String what, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw refused(what);
        }
        long number = Long.parseLong(matcher.group(1));
        if (number == 0) {
            throw refused(what);
        }
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
    }

    private static FlotillaException refused(String what) {
        return new FlotillaException(Failure.BAD_REQUEST, what + " must be like 500ms, 5s or 2m");
    }
}
