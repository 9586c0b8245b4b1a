package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Deadline;
import io.flotilla.sql.Identity;
import io.flotilla.sql.WriteKey;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as a handler sees it. Used by one thread.
final class Request {
    private final String method;
    private final String path;
    private final @Nullable String query;
    private final Headers headers;
    private final String remote;
    private final boolean forwarded;
    private final BodySource source;
    private final Deadline deadline;
    private final Identity who;
    private byte @Nullable [] body;

    /// @param path decoded
    /// @param query as it came, without its question mark
    /// @param remote the address of whoever asks, in digits
    /// @param forwarded whether another node carried it here
    Request(
            String method,
            String path,
            @Nullable String query,
            Headers headers,
            String remote,
            boolean forwarded,
            BodySource source,
            Deadline deadline) {
        this(method, path, query, headers, remote, forwarded, source, deadline, Identity.NODE);
    }

    private Request(
            String method,
            String path,
            @Nullable String query,
            Headers headers,
            String remote,
            boolean forwarded,
            BodySource source,
            Deadline deadline,
            Identity who) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.remote = remote;
        this.forwarded = forwarded;
        this.source = source;
        this.deadline = deadline;
        this.who = who;
    }

    /// The same request under the deadline it asked for.
    Request until(Deadline other) {
        return new Request(method, path, query, headers, remote, forwarded, source, other, who);
    }

    /// The same request of somebody.
    Request of(Identity identity) {
        return new Request(
                method, path, query, headers, remote, forwarded, source, deadline, identity);
    }

    /// Who asks, as they say; the node itself for whoever says nothing and need not. Whether it is true the server decides.
    Identity who() {
        return who;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    Optional<String> query() {
        return Optional.ofNullable(query);
    }

    /// The path for a log: a line break in it must not begin a new line.
    String loggedPath() {
        return path.replaceAll("\\p{Cntrl}", "?");
    }

    /// The query's parameters, by name in lower case.
    ///
    /// @throws io.flotilla.failure.FlotillaException `BadRequest` if the query is malformed
    Map<String, String> parameters() {
        return query == null ? Map.of() : UrlText.parameters(query);
    }

    Optional<String> header(String name) {
        return headers.first(name);
    }

    /// The key under which the client wants it done once.
    ///
    /// @param database the one the request is about; empty if none
    /// @throws io.flotilla.failure.FlotillaException `BadRequest` if it is not one
    Optional<WriteKey> key(String database) {
        return WriteKey.of(who.user(), path, database, header("Idempotency-Key"));
    }

    Headers headers() {
        return headers;
    }

    String remote() {
        return remote;
    }

    boolean forwarded() {
        return forwarded;
    }

    Deadline deadline() {
        return deadline;
    }

    /// The whole body; read at the first call.
    ///
    /// @throws io.flotilla.failure.FlotillaException if it is too large, too slow, or one too many
    /// @throws IOException if the client is gone
    byte[] body() throws IOException, InterruptedException {
        byte[] known = body;
        if (known == null) {
            known = source.read();
            body = known;
        }
        return known;
    }

    /// The JSON of the body, as long as it fits in memory with that of the others.
    ///
    /// @throws io.flotilla.failure.FlotillaException as of [#body] and of [Json#read]
    JsonNode json(Json json) throws IOException, InterruptedException {
        byte[] bytes = body();
        source.claim(json.memory(bytes));
        return json.read(bytes);
    }

    /// Where a body comes from.
    @FunctionalInterface
    interface BodySource {
        byte[] read() throws IOException, InterruptedException;

        /// Takes memory for what is made of the body, until the request is answered.
        ///
        /// @throws io.flotilla.failure.FlotillaException `Overloaded` if there is not so much left
        default void claim(long bytes) {}
    }
}
