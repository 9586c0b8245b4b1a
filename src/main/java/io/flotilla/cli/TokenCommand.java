package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The tokens of the account that logs in.
@Command(
        name = "token",
        description = {
            "Manages the tokens by which programs log in over HTTP as the account named with --user.",
            "A program sends 'Authorization: Bearer TOKEN'; these commands take one in FLOTILLA_TOKEN."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TokenCommand.Add.class,
            TokenCommand.ListAll.class,
            TokenCommand.Revoke.class
        })
final class TokenCommand implements Runnable {
    private static final String NAME = "NAME";

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about tokens? See 'help token'");
    }

    @Command(
            name = "add",
            description = "Makes a token and prints it, alone on a line: it is not told again.")
    static final class Add implements Callable<Integer> {
        @Mixin private NodesOption nodes;

        @Parameters(paramLabel = NAME)
        private String name = "";

        @Option(
                names = "--days",
                paramLabel = "DAYS",
                defaultValue = "90",
                description = "how long it holds, 1 to 3650 days; ${DEFAULT-VALUE} without it")
        private int days;

        @Override
        public Integer call() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("days", days);
            JsonNode made =
                    good(new SqlClient(nodes.nodes()).call("POST", "/tokens", Map.of(), body));
            System.out.println(made.path("token").asText());
            return 0;
        }
    }

    @Command(name = "list", description = "Lists the tokens, and until when they hold.")
    static final class ListAll implements Callable<Integer> {
        @Mixin private NodesOption nodes;

        @Override
        public Integer call() {
            JsonNode tokens =
                    good(new SqlClient(nodes.nodes()).call("GET", "/tokens", Map.of(), Map.of()));
            for (JsonNode token : tokens.path("tokens")) {
                System.out.printf(
                        "%s, until %s%n",
                        token.path("name").asText(), token.path("expires").asText());
            }
            return 0;
        }
    }

    @Command(name = "revoke", description = "Ends a token.")
    static final class Revoke implements Callable<Integer> {
        @Mixin private NodesOption nodes;

        @Parameters(paramLabel = NAME)
        private String name = "";

        @Override
        public Integer call() {
            if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
                throw new FlotillaException(Failure.NOT_FOUND, "there is no token of that name");
            }
            good(
                    new SqlClient(nodes.nodes())
                            .call("DELETE", "/tokens/" + name, Map.of(), Map.of()));
            System.out.println("revoked " + name);
            return 0;
        }
    }

    private static JsonNode good(SqlClient.Answer answer) {
        if (!answer.good()) {
            throw new FlotillaException(
                    Failure.REJECTED,
                    answer.json().path("error").path("message").asText("HTTP " + answer.status()));
        }
        return answer.json();
    }
}
