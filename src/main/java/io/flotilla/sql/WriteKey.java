package io.flotilla.sql;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The key under which a client wants a write to be done once, however often it is sent (`Idempotency-Key`).
///
/// @param account whose key it is
/// @param route the path of the request
/// @param database the one the request is about; empty if none
/// @param key the client's own
public record WriteKey(String account, String route, String database, String key) {
    public static final int MAX_LENGTH = 128;

    public WriteKey {
        if (key.isBlank() || key.length() > MAX_LENGTH) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST,
                    "an Idempotency-Key has 1 to " + MAX_LENGTH + " characters");
        }
    }

    static FlotillaException usedOtherwise() {
        return new FlotillaException(
                        Failure.REJECTED, "this Idempotency-Key was used for another request")
                .withStatus(409);
    }

    /// The same key for whoever has one.
    public static Optional<WriteKey> of(
            String account, String route, String database, Optional<String> key) {
        return key.map(text -> new WriteKey(account, route, database, text));
    }

    /// What the answer of one statement under this key is kept by.
    ///
    /// @param statement its place in the request, from 0
    Hash id(int statement) {
        Hash.Maker maker = new Hash.Maker();
        for (String part : new String[] {account, route, database, key}) {
            maker.add(part.getBytes(StandardCharsets.UTF_8));
        }
        return maker.add(Integer.toString(statement).getBytes(StandardCharsets.UTF_8)).make();
    }
}
