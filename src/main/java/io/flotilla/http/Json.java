package io.flotilla.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Reads and writes JSON, strictly and within limits. Thread-safe.
final class Json {
    /// Digits of a number: the server's widest decimal has 65, a double with all its digits about 770.
    static final int MAX_NUMBER_LENGTH = 800;

    /// A column's name has 64 letters; what is longer is no field of ours.
    static final int MAX_NAME_LENGTH = 1024;

    /// Bytes in memory of one value: a number with its digits, a short text, an empty array.
    private static final int VALUE = 64;

    /// Bytes of an object, to which its fields come.
    private static final int OBJECT = 128;

    /// Not one for each thread, as it would be by default: a virtual thread serves a few requests and ends.
    private static final RecyclerPool<BufferRecycler> BUFFERS =
            JsonRecyclerPools.newConcurrentDequePool();

    /// Characters beyond the basic plane are written as themselves, not as two escapes.
    private static final ObjectMapper WRITER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .recyclerPool(BUFFERS)
                                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                                    .build())
                    .build();

    private final ObjectMapper reader;
    private final int depth;
    private final long mostValues;

    Json(HttpLimits limits) {
        depth = limits.depth();
        mostValues = limits.maxBodies() / 2;
        JsonFactory factory =
                JsonFactory.builder()
                        .recyclerPool(BUFFERS)
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(limits.depth())
                                        .maxNumberLength(MAX_NUMBER_LENGTH)
                                        .maxNameLength(MAX_NAME_LENGTH)
                                        .maxStringLength(limits.maxBody())
                                        .maxDocumentLength(limits.maxBody())
                                        .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        reader =
                JsonMapper.builder(factory)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .build();
    }

    /// How much memory is needed to read a body, by its length and the marks between its values: in a heap of 256 MiB a
    /// body of 16 MiB that is nothing but `[],[],...` would end the node.
    ///
    /// @throws FlotillaException `BadRequest` if that is more than one body may take
    long memory(byte[] body) {
        long memory = 0;
        boolean text = false;
        for (int i = 0; i < body.length; i++) {
            byte c = body[i];
            if (text) {
                i += c == '\\' ? 1 : 0;
                text = c != '"';
            } else {
                text = c == '"';
                memory += c == '{' ? OBJECT : c == '[' || c == ',' || c == ':' ? VALUE : 0;
            }
        }
        if (memory > mostValues) {
            throw new FlotillaException(
                            Failure.BAD_REQUEST,
                            "the body holds more values than fit in memory, about "
                                    + mostValues / VALUE)
                    .withStatus(413);
        }
        // Its text, and that of its values.
        return memory + 2L * body.length;
    }

    /// @throws FlotillaException `BadRequest` if it is not one JSON value in UTF-8, or over a limit
    JsonNode read(byte[] body) {
        String text = UrlText.utf8("the body", body);
        try {
            return reader.readTree(text);
        } catch (StreamConstraintsException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "the JSON is over a limit (depth "
                            + depth
                            + ", number of "
                            + MAX_NUMBER_LENGTH
                            + " digits, name of "
                            + MAX_NAME_LENGTH
                            + " characters): "
                            + e.getOriginalMessage(),
                    e);
        } catch (NumberFormatException e) {
            // An exponent of more than ten digits.
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "the JSON holds a number that cannot be", e);
        } catch (JsonProcessingException e) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "malformed JSON" + where(e) + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " at line "
                        + e.getLocation().getLineNr()
                        + ", column "
                        + e.getLocation().getColumnNr();
    }

    /// Writes maps, lists, records, strings, numbers.
    static byte[] write(Object value) {
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
        }
    }

    /// JSON of our own making, to be put into more of it.
    static JsonNode parsed(byte[] json) {
        try {
            return WRITER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON of ours", e);
        }
    }

    /// For rows, which are written as they come. Nothing but a full buffer or its end makes it write to `out`.
    static JsonGenerator generator(OutputStream out) {
        try {
            JsonGenerator generator = WRITER.getFactory().createGenerator(out);
            generator.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            return generator;
        } catch (IOException e) {
            throw new UncheckedIOException("a generator writes nothing when it is made", e);
        }
    }
}
