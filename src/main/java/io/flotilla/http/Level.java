package io.flotilla.http;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.Locale;

/// How new the data must be that a read sees.
enum Level {
    /// What this node's server has, however old.
    NONE,
    /// What the leader's server has, as far as the node that believes to lead knows.
    WEAK,
    /// Every write that was acknowledged anywhere before the read began (I9); at any node.
    LINEARIZABLE;

    /// @throws FlotillaException `BadRequest` if there is no such level
    static Level of(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "none" -> NONE;
            case "weak", "auto" -> WEAK;
            case "linearizable", "strong" -> LINEARIZABLE;
            default ->
                    throw new FlotillaException(
                            Failure.BAD_REQUEST,
                            "level must be none, weak, linearizable or strong");
        };
    }
}
