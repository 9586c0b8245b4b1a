package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.account.AccountName;
import io.flotilla.account.Accounts;
import io.flotilla.account.Password;
import io.flotilla.failure.Deadline;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.sql.Access;
import io.flotilla.sql.LocalSql;
import io.flotilla.sql.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The tokens of whoever asks: `/tokens`. Done at the leader. Who shows a token is not given another, so that none lives
/// longer than was meant.
final class TokensApi {
    private static final String PATH = "/tokens";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int DEFAULT_DAYS = 90;
    private static final int MAX_DAYS = 3650;

    /// Of one account. More are of use to nobody, and are looked through by a person.
    private static final int MAX_TOKENS = 100;

    private final Json json;
    private final Carrier carrier;
    private final Accounts accounts;
    private final Tokens tokens;
    private final InstantSource clock;

    TokensApi(Json json, Carrier carrier, Accounts accounts, LocalSql sql, InstantSource clock) {
        this.json = json;
        this.carrier = carrier;
        this.accounts = accounts;
        this.tokens = sql.tokens();
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.sameSite("GET", PATH, this::list),
                Route.sameSite("POST", PATH, this::create),
                Route.sameSite("DELETE", PATH + "/{name}", this::revoke));
    }

    private void create(Request request, Response response)
            throws IOException, InterruptedException {
        Fields fields = Fields.of(request, json);
        String name = name(fields.required("name"));
        int days = fields.node("days").map(TokensApi::days).orElse(DEFAULT_DAYS);
        fields.refuseOthers();
        carrier.forAccount(
                request,
                response,
                (reign, who) -> {
                    Tokens.Owner owner = owner(request, who);
                    Instant now = clock.instant();
                    Tokens.Token token =
                            new Tokens.Token(name, now, now.plus(Duration.ofDays(days)));
                    Optional<String> text = made(reign, owner, token, request.deadline());
                    if (text.isEmpty()) {
                        return false;
                    }
                    Map<String, Object> answer = new LinkedHashMap<>();
                    answer.put("token", text.get());
                    answer.putAll(described(token));
                    response.send(200, Response.JSON, Json.write(answer));
                    return true;
                });
    }

    private Optional<String> made(
            Reign reign, Tokens.Owner owner, Tokens.Token token, Deadline deadline)
            throws InterruptedException {
        AccountName account = new AccountName(owner.user(), owner.host());
        Password second = Password.of(tokens.password(reign, owner, deadline));
        if (!accounts.hasSecondPassword(reign, account, second, deadline)) {
            // What is left there is of an account of the same name that was, or of before its
            // password was reset.
            if (tokens.removeAll(reign, owner, deadline).isEmpty()
                    || !accounts.secondPassword(reign, account, second, deadline)) {
                return Optional.empty();
            }
        }
        if (tokens.list(reign, owner, deadline).size() >= MAX_TOKENS) {
            throw new FlotillaException(
                    Failure.REJECTED,
                    "there are " + MAX_TOKENS + " tokens of this account already");
        }
        return tokens.add(reign, owner, token, deadline);
    }

    private void list(Request request, Response response) throws IOException, InterruptedException {
        carrier.forAccount(
                request,
                response,
                (reign, who) -> {
                    Tokens.Owner owner = owner(request, who);
                    tokens.password(reign, owner, request.deadline());
                    List<Map<String, Object>> all =
                            tokens.list(reign, owner, request.deadline()).stream()
                                    .map(TokensApi::described)
                                    .toList();
                    response.send(200, Response.JSON, Json.write(Map.of("tokens", all)));
                    return true;
                });
    }

    private void revoke(Request request, Response response)
            throws IOException, InterruptedException {
        String name = name(request.path().split("/", -1)[2]);
        carrier.forAccount(
                request,
                response,
                (reign, who) -> {
                    Tokens.Owner owner = owner(request, who);
                    tokens.password(reign, owner, request.deadline());
                    Optional<Long> gone = tokens.remove(reign, owner, name, request.deadline());
                    if (gone.isEmpty()) {
                        return false;
                    }
                    if (gone.get() == 0) {
                        throw new FlotillaException(
                                Failure.NOT_FOUND, "there is no token of that name");
                    }
                    response.send(200, Response.JSON, Json.write(Map.of("message", "done")));
                    return true;
                });
    }

    private static Tokens.Owner owner(Request request, Access who) {
        int at = who.account().lastIndexOf('@');
        if (at < 0 || request.who().isByToken()) {
            throw new FlotillaException(
                    Failure.FORBIDDEN, "tokens are for accounts that show their password");
        }
        return new Tokens.Owner(who.account().substring(0, at), who.account().substring(at + 1));
    }

    private static String name(String given) {
        if (!NAME.matcher(given).matches()) {
            throw new FlotillaException(
                    Failure.BAD_REQUEST, "name must be 1 to 64 letters, digits, '_', '.' or '-'");
        }
        return given;
    }

    private static int days(JsonNode node) {
        if (!node.canConvertToInt() || !node.isIntegralNumber()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "days must be a whole number");
        }
        int days = node.intValue();
        if (days < 1 || days > MAX_DAYS) {
            throw new FlotillaException(Failure.BAD_REQUEST, "days must be 1 to " + MAX_DAYS);
        }
        return days;
    }

    private static Map<String, Object> described(Tokens.Token token) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", token.name());
        described.put("created", token.created().toString());
        described.put("expires", token.expires().toString());
        return described;
    }
}
