package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The accounts of a fleet, through any of its nodes. A password is asked for, or comes from a file or standard input; never
/// from an argument, which everybody on the machine can read.
@Command(
        name = "user",
        description = {
            "Manages the accounts of a fleet: the MariaDB servers' own, equal on all nodes.",
            "Rights are given in databases; an administrator has all of them in all databases."
        },
        synopsisSubcommandLabel = "COMMAND")
final class UserCommand implements Runnable {
    private static final String NAME = "NAME";

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about accounts? See 'help user'");
    }

    @Command(name = "list", description = "Lists the accounts with their rights.")
    int list(@Mixin NodesOption nodes) {
        JsonNode accounts = call(nodes, "GET", "", Map.of()).path("accounts");
        if (accounts.isEmpty()) {
            System.out.println("there are no accounts; add one: ./flotilla user add NAME");
        }
        for (JsonNode account : accounts) {
            lines(account).forEach(System.out::println);
        }
        return 0;
    }

    private static List<String> lines(JsonNode account) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s@%s%s%s%s"
                        .formatted(
                                account.path("user").asText(),
                                account.path("host").asText(),
                                account.path("administrator").asBoolean() ? ", administrator" : "",
                                account.path("password").asBoolean() ? "" : ", no password",
                                account.path("locked").asBoolean()
                                        ? ", locked: drop it and add it again"
                                        : ""));
        account.path("rights")
                .properties()
                .forEach(rights -> {
                    List<String> words = new ArrayList<>();
                    rights.getValue().forEach(word -> words.add(word.asText()));
                    lines.add("    " + rights.getKey() + ": " + String.join(", ", words));
                });
        return lines;
    }

    @Command(
            name = "add",
            description = "Makes an account; its password is asked for, or comes from a file.")
    int add(
            @Mixin NodesOption nodes,
            @Parameters(paramLabel = NAME) String name,
            @Mixin HostOption host,
            @Mixin PasswordOption password,
            @Option(
                            names = "--admin",
                            description =
                                    "with all rights in all databases but mysql, sys and flotilla")
                    boolean administrator) {
        Map<String, Object> body = body(name, host);
        body.put("password", password.read());
        body.put("administrator", administrator);
        call(nodes, "POST", "", body);
        System.out.println("added " + name);
        return 0;
    }

    @Command(name = "passwd", description = "Gives an account another password.")
    int passwd(
            @Mixin NodesOption nodes,
            @Parameters(paramLabel = NAME) String name,
            @Mixin HostOption host,
            @Mixin PasswordOption password) {
        Map<String, Object> body = body(name, host);
        body.put("password", password.read());
        call(nodes, "POST", "/password", body);
        System.out.println(name + " has another password");
        return 0;
    }

    @Command(
            name = "grant",
            description = {
                "Gives an account rights in a database, which need not exist yet.",
                "Rights are ALL (if none is named), SELECT, INSERT, UPDATE, DELETE, CREATE, DROP,"
                        + " ALTER, INDEX, EXECUTE, TRIGGER, EVENT, 'CREATE VIEW' and so on."
            })
    int grant(
            @Mixin NodesOption nodes,
            @Parameters(paramLabel = NAME) String name,
            @Mixin HostOption host,
            @Parameters(paramLabel = "DATABASE") String database,
            @Parameters(paramLabel = "RIGHT", arity = "0..*") List<String> rights) {
        change(nodes, "/grant", name, host, database, rights);
        System.out.println("granted to " + name + " in " + database);
        return 0;
    }

    @Command(
            name = "revoke",
            description = "Takes rights in a database away from an account; ALL if none is named.")
    int revoke(
            @Mixin NodesOption nodes,
            @Parameters(paramLabel = NAME) String name,
            @Mixin HostOption host,
            @Parameters(paramLabel = "DATABASE") String database,
            @Parameters(paramLabel = "RIGHT", arity = "0..*") List<String> rights) {
        change(nodes, "/revoke", name, host, database, rights);
        System.out.println("revoked from " + name + " in " + database);
        return 0;
    }

    private static void change(
            NodesOption nodes,
            String path,
            String name,
            HostOption host,
            String database,
            List<String> rights) {
        Map<String, Object> body = body(name, host);
        body.put("database", database);
        if (rights != null && !rights.isEmpty()) {
            body.put("rights", rights);
        }
        call(nodes, "POST", path, body);
    }

    @Command(
            name = "drop",
            description = "Removes an account; sessions that are open go on until they end.")
    int drop(
            @Mixin NodesOption nodes,
            @Parameters(paramLabel = NAME) String name,
            @Mixin HostOption host) {
        SqlClient client = new SqlClient(nodes.nodes());
        good(
                client.call(
                        "DELETE",
                        "/accounts",
                        Map.of("user", name, "host", host.host()),
                        Map.of()));
        System.out.println("dropped " + name);
        return 0;
    }

    private static Map<String, Object> body(String name, HostOption host) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("user", name);
        body.put("host", host.host());
        return body;
    }

    private static JsonNode call(
            NodesOption nodes, String method, String path, Map<String, Object> body) {
        SqlClient client = new SqlClient(nodes.nodes());
        return good(client.call(method, "/accounts" + path, Map.of(), body));
    }

    private static JsonNode good(SqlClient.Answer answer) {
        if (answer.good()) {
            return answer.json();
        }
        JsonNode error = answer.json().path("error");
        String outcome = error.path("outcome").asText();
        throw new FlotillaException(
                Failure.REJECTED,
                error.path("message").asText("HTTP " + answer.status())
                        + (outcome.equals("not_applied") ? "" : " (outcome: " + outcome + ")"));
    }
}
