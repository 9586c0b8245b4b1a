package io.flotilla.account;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An account as it is, without its secrets.
///
/// @param administrator whether it has all rights in all databases but the server's and ours
/// @param locked whether it cannot log in: its making was interrupted
/// @param password whether it has one
/// @param rights words of rights by database; not those of an administrator
public record Account(
        String user,
        String host,
        boolean administrator,
        boolean locked,
        boolean password,
        Map<String, List<String>> rights) {
    public Account {
        rights = Collections.unmodifiableMap(new TreeMap<>(rights));
    }

    boolean is(AccountName name) {
        return user.equals(name.user()) && host.equals(name.host());
    }
}
