package io.flotilla.account;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What an account may do in a database. These are all there are: nothing beyond a database can be given.
public enum Right {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    CREATE,
    DROP,
    REFERENCES,
    INDEX,
    ALTER,
    CREATE_TEMPORARY_TABLES,
    LOCK_TABLES,
    EXECUTE,
    CREATE_VIEW,
    SHOW_VIEW,
    CREATE_ROUTINE,
    ALTER_ROUTINE,
    EVENT,
    TRIGGER,
    DELETE_HISTORY;

    /// The word for all of them.
    public static final String ALL = "ALL";

    /// As the server names it.
    public String word() {
        return name().replace('_', ' ');
    }

    /// One right by its word in any case, or `ALL` for each of them.
    ///
    /// @throws FlotillaException `BadRequest` if there is no such right; the message lists them
    public static Set<Right> parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT).replaceAll("[\\s_-]+", "_");
        if (name.equals(ALL) || name.equals("ALL_PRIVILEGES")) {
            return EnumSet.allOf(Right.class);
        }
        for (Right right : values()) {
            if (right.name().equals(name)) {
                return EnumSet.of(right);
            }
        }
        throw new FlotillaException(
                Failure.BAD_REQUEST,
                "there is no right "
                        + text
                        + " in a database; there are ALL, "
                        + words(EnumSet.allOf(Right.class)));
    }

    static String words(Set<Right> rights) {
        return rights.stream().map(Right::word).collect(Collectors.joining(", "));
    }

    /// As they stand in GRANT and REVOKE. All of them are given by their common name: newer servers know more.
    static String sql(Set<Right> rights) {
        if (rights.isEmpty()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "rights are missing");
        }
        return rights.size() == values().length ? "ALL PRIVILEGES" : words(EnumSet.copyOf(rights));
    }
}
