package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Reads the text of URLs strictly: what is not UTF-8 is refused, not replaced.
final class UrlText {
    private UrlText() {}

    /// The parameters of a query, by name in lower case. A name given twice is refused: which of the two is meant?
    static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value) != null) {
                throw new FlotillaException(
                        Failure.BAD_REQUEST, "the parameter " + name + " is given twice");
            }
        }
        return parameters;
    }

    static String decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(octet(encoded, i));
                i += 2;
            } else if (c == '+') {
                bytes.write(' ');
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                throw new FlotillaException(
                        Failure.BAD_REQUEST, "the URL has a character that is not percent-encoded");
            }
        }
        return utf8("the URL", bytes.toByteArray());
    }

    private static int octet(String encoded, int percent) {
        int high =
                percent + 2 < encoded.length()
                        ? Character.digit(encoded.charAt(percent + 1), 16)
                        : -1;
        int low = high >= 0 ? Character.digit(encoded.charAt(percent + 2), 16) : -1;
        if (low < 0) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "the URL has a malformed percent-encoding");
        }
        return high << 4 | low;
    }

    static String utf8(String what, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FlotillaException(Failure.BAD_REQUEST, what + " is not valid UTF-8", e);
        }
    }
}
