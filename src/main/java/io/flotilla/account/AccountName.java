package io.flotilla.account;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The name of a client's account: who, and from where. Nothing in it can end a quoted string.
///
/// @param user 1 to 80 ASCII letters, digits, `_`, `.`, `-`; none of the server's or of ours
/// @param host from where it may log in: `%` for anywhere, `localhost`, an address, or one with `%`, `_` or a mask, as the
///     server understands them; in lower case
public record AccountName(String user, String host) {
    public static final String ANYWHERE = "%";

    /// The server's own limit is 128 (USERNAME_CHAR_LENGTH), MySQL's 32; 80 is what its views show.
    static final int MAX_USER = 80;

    /// The server's own limit is 255 (HOSTNAME_LENGTH); no address is longer than this.
    static final int MAX_HOST = 60;

    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern HOST = Pattern.compile("[a-z0-9_.:%/-]+");

    /// Every start of a server removes `root`; the others mean something to the server.
    private static final Set<String> RESERVED =
            Set.of("root", "mysql", "mariadb.sys", "mariadb.session", "public", "none", "flotilla");

    private static final String OURS = "flotilla_";

    /// @throws FlotillaException `BadRequest` if it is not a name, `Forbidden` if it is one of the server's or of ours
    public AccountName {
        host = host.toLowerCase(Locale.ROOT);
        require(
                USER.matcher(user).matches() && user.length() <= MAX_USER,
                "user must be 1 to " + MAX_USER + " letters, digits, '_', '.' or '-'");
        require(
                HOST.matcher(host).matches() && host.length() <= MAX_HOST,
                "host must be an address, a pattern of one, localhost or %");
        if (reserved(user)) {
            throw new FlotillaException(
                    Failure.FORBIDDEN, "the account " + user + " is not for clients");
        }
    }

    /// For the server every client's session is one of `localhost` too, wherever it comes from: over its unix socket, with
    /// a PROXY header (seen on 11.4.5).
    ///
    /// @throws FlotillaException `BadRequest` if it would seem to be bound to this machine, and was not
    void refuseLocalhost() {
        require(
                !host.equals("localhost"),
                "host localhost would let it in from everywhere: use 127.0.0.1 or ::1");
    }

    private static boolean reserved(String user) {
        String folded = user.toLowerCase(Locale.ROOT);
        return RESERVED.contains(folded) || folded.startsWith(OURS);
    }

    /// Whether a client may come under this name: no other is given to any, so the server need not be asked.
    public static boolean isForClients(String user) {
        return USER.matcher(user).matches() && user.length() <= MAX_USER && !reserved(user);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new FlotillaException(Failure.BAD_REQUEST, message);
        }
    }

    /// As it stands in a statement.
    String quoted() {
        return "'" + user + "'@'" + host + "'";
    }

    @Override
    public String toString() {
        return user + "@" + host;
    }
}
