package io.flotilla.http;

import io.flotilla.account.AccountName;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.sql.Identity;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a request says of who it is from: `Authorization: Basic ...` (RFC 7617, in UTF-8), or `Bearer` and a token.
///
/// Names of ours, and of the server, are nobody's.
final class Credentials {
    /// The longest password this takes; the server's own limit is higher, and none that is made here is longer than 128.
    static final int MAX_PASSWORD = 256;

    private static final String BASIC = "basic ";
    private static final String BEARER = "bearer ";

    /// A user's name, a dot, and 256 bits.
    private static final Pattern TOKEN = Pattern.compile("(.{1,80})\\.([A-Za-z0-9_-]{43})");

    private Credentials() {}

    /// @return empty if it says nothing
    /// @throws FlotillaException `BadRequest` if it says two things; `Unauthenticated` if it is nobody a client may be
    static Optional<Identity> of(Request request) {
        if (request.headers().count("Authorization") > 1) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "there is more than one header Authorization");
        }
        return request.header("Authorization").map(said -> identity(said, request));
    }

    private static Identity identity(String said, Request request) {
        if (said.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return byToken(said.substring(BEARER.length()).strip(), request);
        }
        if (!said.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            throw refused("only Basic authentication and bearer tokens are understood");
        }
        String both = decoded(said.substring(BASIC.length()).strip());
        int colon = both.indexOf(':');
        if (colon < 0) {
            throw refused("the credentials are malformed");
        }
        String user = both.substring(0, colon);
        String password = both.substring(colon + 1);
        if (!AccountName.isForClients(user)
                || password.isEmpty()
                || password.length() > MAX_PASSWORD) {
            throw refused("the user or the password is wrong");
        }
        return Identity.of(user, password, address(request.remote()));
    }

    private static Identity byToken(String text, Request request) {
        Matcher token = TOKEN.matcher(text);
        if (!token.matches() || !AccountName.isForClients(token.group(1))) {
            throw refused("the token is none of ours");
        }
        return Identity.byToken(token.group(1), token.group(2), address(request.remote()));
    }

    private static String decoded(String base64) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // Neither the text nor what is wrong with it: it may be a password in the wrong place.
            throw refused("the credentials are malformed");
        }
    }

    /// The server must be told one: accounts may be bound to it.
    private static InetAddress address(String digits) {
        try {
            return InetAddress.ofLiteral(digits);
        } catch (IllegalArgumentException e) {
            throw new FlotillaException(
                    Failure.UNAUTHENTICATED, "this connection has no address to log in from", e);
        }
    }

    static FlotillaException refused(String why) {
        return new FlotillaException(Failure.UNAUTHENTICATED, why);
    }
}
