package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.account.Account;
import io.flotilla.account.AccountName;
import io.flotilla.account.Accounts;
import io.flotilla.account.Password;
import io.flotilla.account.Right;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import io.flotilla.replication.Reign;
import io.flotilla.sql.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The accounts of clients: `/accounts`. All of it is done at the leader. Pages of other sites may not use it, and a
/// password stands in a body, never in a URL; no answer holds one.
final class AccountsApi {
    private static final String PATH = "/accounts";

    private final Json json;
    private final Carrier carrier;
    private final Accounts accounts;

    AccountsApi(Json json, Carrier carrier, Accounts accounts) {
        this.json = json;
        this.carrier = carrier;
        this.accounts = accounts;
    }

    List<Route> routes() {
        return List.of(
                Route.sameSite("GET", PATH, this::list),
                Route.sameSite("POST", PATH, handler(this::create)),
                Route.sameSite("DELETE", PATH, handler(this::drop)),
                Route.sameSite("POST", PATH + "/grant", handler(this::grant)),
                Route.sameSite("POST", PATH + "/revoke", handler(this::revoke)),
                Route.sameSite("POST", PATH + "/password", handler(this::password)));
    }

    /// A change that was read from a request's fields.
    @FunctionalInterface
    private interface Change {
        /// @return false when nothing was done, since the reign was over
        boolean done(Reign reign) throws InterruptedException;
    }

    @FunctionalInterface
    private interface Reading {
        Change read(Fields fields, Request request);
    }

    private Handler handler(Reading reading) {
        return (request, response) -> {
            if (request.parameters().containsKey("password")) {
                throw new FlotillaException(
                        Failure.BAD_REQUEST, "a password belongs into the body, not into the URL");
            }
            Fields fields = Fields.of(request, json);
            Change change = reading.read(fields, request);
            fields.refuseOthers();
            carrier.atLeader(
                    request,
                    response,
                    reign -> {
                        boolean done = change.done(reign);
                        if (done) {
                            response.send(
                                    200, Response.JSON, Json.write(Map.of("message", "done")));
                        }
                        return done;
                    });
        };
    }

    private void list(Request request, Response response) throws IOException, InterruptedException {
        carrier.atLeader(
                request,
                response,
                reign -> {
                    List<Map<String, Object>> all =
                            accounts.list(reign, request.deadline()).stream()
                                    .map(AccountsApi::described)
                                    .toList();
                    response.send(200, Response.JSON, Json.write(Map.of("accounts", all)));
                    return true;
                });
    }

    private static Map<String, Object> described(Account account) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("user", account.user());
        described.put("host", account.host());
        described.put("administrator", account.administrator());
        described.put("locked", account.locked());
        described.put("password", account.password());
        described.put("rights", account.rights());
        return described;
    }

    private Change create(Fields fields, Request request) {
        AccountName name = name(fields);
        Password password = Password.of(fields.required("password"));
        boolean administrator = fields.node("administrator").map(AccountsApi::truth).orElse(false);
        return reign -> accounts.create(reign, name, password, administrator, request.deadline());
    }

    private Change drop(Fields fields, Request request) {
        AccountName name = name(fields);
        return reign -> accounts.drop(reign, name, request.deadline());
    }

    private Change grant(Fields fields, Request request) {
        AccountName name = name(fields);
        Name database = Name.database("database", fields.required("database"));
        Set<Right> rights = rights(fields);
        return reign -> accounts.grant(reign, name, database, rights, request.deadline());
    }

    private Change revoke(Fields fields, Request request) {
        AccountName name = name(fields);
        Name database = Name.database("database", fields.required("database"));
        Set<Right> rights = rights(fields);
        return reign -> accounts.revoke(reign, name, database, rights, request.deadline());
    }

    private Change password(Fields fields, Request request) {
        AccountName name = name(fields);
        Password password = Password.of(fields.required("password"));
        return reign -> accounts.password(reign, name, password, request.deadline());
    }

    private static AccountName name(Fields fields) {
        return new AccountName(
                fields.required("user"), fields.optional("host").orElse(AccountName.ANYWHERE));
    }

    private static boolean truth(JsonNode node) {
        if (!node.isBoolean()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "administrator must be true or false");
        }
        return node.booleanValue();
    }

    /// All of them when nothing is said.
    private static Set<Right> rights(Fields fields) {
        JsonNode list = fields.node("rights").orElse(null);
        if (list == null) {
            return EnumSet.allOf(Right.class);
        }
        List<JsonNode> words = new ArrayList<>();
        if (list.isTextual()) {
            words.add(list);
        } else {
            list.forEach(words::add);
        }
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (JsonNode word : words) {
            if (!word.isTextual()) {
                throw new FlotillaException(
                        Failure.BAD_REQUEST, "rights must be a list of strings");
            }
            rights.addAll(Right.parse(word.textValue()));
        }
        if (rights.isEmpty()) {
            throw new FlotillaException(Failure.BAD_REQUEST, "rights is empty");
        }
        return rights;
    }
}
