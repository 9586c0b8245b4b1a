package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UserCommand.ListAll.class,
            UserCommand.Add.class,
            UserCommand.Passwd.class,
            UserCommand.Grant.class,
            UserCommand.Revoke.class,
            UserCommand.Drop.class
        })
final class UserCommand implements Runnable {
    private static final String NAME = "NAME";

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about accounts? See 'help user'");
    }

    @Command(name = "list", description = "Lists the accounts with their rights.")
    static final class ListAll implements Callable<Integer> {
        @Mixin private NodesOption nodes;

        @Override
        public Integer call() {
            JsonNode accounts = UserCommand.call(nodes, "GET", "", Map.of()).path("accounts");
            if (accounts.isEmpty()) {
                System.out.println("there are no accounts; add one: ./flotilla user add NAME");
            }
            for (JsonNode account : accounts) {
                lines(account).forEach(System.out::println);
            }
            return 0;
        }
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
    static final class Add implements Callable<Integer> {
        @Mixin private NodesOption nodes;
        @Mixin private HostOption host;
        @Mixin private PasswordOption password;

        @Parameters(paramLabel = NAME)
        private String name = "";

        @Option(
                names = "--admin",
                description = "with all rights in all databases but mysql, sys and flotilla")
        private boolean administrator;

        @Override
        public Integer call() {
            Map<String, Object> body = body(name, host);
            body.put("password", password.read());
            body.put("administrator", administrator);
            UserCommand.call(nodes, "POST", "", body);
            System.out.println("added " + name);
            return 0;
        }
    }

    @Command(name = "passwd", description = "Gives an account another password.")
    static final class Passwd implements Callable<Integer> {
        @Mixin private NodesOption nodes;
        @Mixin private HostOption host;
        @Mixin private PasswordOption password;

        @Parameters(paramLabel = NAME)
        private String name = "";

        @Override
        public Integer call() {
            Map<String, Object> body = body(name, host);
            body.put("password", password.read());
            UserCommand.call(nodes, "POST", "/password", body);
            System.out.println(name + " has another password");
            return 0;
        }
    }

    /// Which rights, whose, and where.
    static final class RightsOption {
        @Mixin private NodesOption nodes;
        @Mixin private HostOption host;

        @Parameters(index = "0", paramLabel = NAME)
        private String name = "";

        @Parameters(index = "1", paramLabel = "DATABASE")
        private String database = "";

        @Parameters(index = "2..*", paramLabel = "RIGHT", arity = "0..*")
        private @Nullable List<String> rights;

        void change(String path, String done) {
            Map<String, Object> body = body(name, host);
            body.put("database", database);
            if (rights != null && !rights.isEmpty()) {
                body.put("rights", rights);
            }
            UserCommand.call(nodes, "POST", path, body);
            System.out.println(done + " " + name + " in " + database);
        }
    }

    @Command(
            name = "grant",
            description = {
                "Gives an account rights in a database, which need not exist yet.",
                "Rights are ALL (if none is named), SELECT, INSERT, UPDATE, DELETE, CREATE, DROP,"
                        + " ALTER, INDEX, EXECUTE, TRIGGER, EVENT, 'CREATE VIEW' and so on."
            })
    static final class Grant implements Callable<Integer> {
        @Mixin private RightsOption rights;

        @Override
        public Integer call() {
            rights.change("/grant", "granted to");
            return 0;
        }
    }

    @Command(
            name = "revoke",
            description = "Takes rights in a database away from an account; ALL if none is named.")
    static final class Revoke implements Callable<Integer> {
        @Mixin private RightsOption rights;

        @Override
        public Integer call() {
            rights.change("/revoke", "revoked from");
            return 0;
        }
    }

    @Command(
            name = "drop",
            description = "Removes an account; sessions that are open go on until they end.")
    static final class Drop implements Callable<Integer> {
        @Mixin private NodesOption nodes;
        @Mixin private HostOption host;

        @Parameters(paramLabel = NAME)
        private String name = "";

        @Override
        public Integer call() {
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
