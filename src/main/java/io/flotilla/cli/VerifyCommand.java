package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FlotillaException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description = {
            "Compares the servers of a fleet with each other, at one position and while it goes on working:",
            "rows, definitions, accounts, routines, sequences. A server that differs from a majority is rebuilt",
            "by itself afterwards."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all nodes that answered hold the same",
            "1:some differ, or they could not be compared",
            "2:wrong usage"
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin private NodesOption nodes;

    @Option(names = "--database", paramLabel = "NAME", description = "compare only this database")
    private @Nullable String database;

    @Override
    public Integer call() {
        SqlClient client = new SqlClient(nodes.nodes());
        SqlClient.Answer answer =
                client.post(
                        "/verify",
                        database == null ? Map.of() : Map.of("database", database),
                        List.of());
        if (!answer.good()) {
            throw new FlotillaException(
                    Failure.UNAVAILABLE,
                    answer.json()
                            .path("error")
                            .path("message")
                            .asText("no answer that is understood"));
        }
        show(answer.json());
        return answer.json().path("equal").asBoolean() ? 0 : 1;
    }

    private static void show(JsonNode report) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putArray("columns").add("node").add("object").add("rows").add("state");
        ArrayNode values = result.putArray("values");
        for (JsonNode line : report.path("objects")) {
            values.addArray()
                    .add(line.path("node").asText())
                    .add(line.path("object").asText())
                    .add(line.path("rows").isNull() ? "" : line.path("rows").asText())
                    .add(line.path("equal").asBoolean() ? "equal" : "DIFFERS");
        }
        ResultTable.of(result, ResultTable.LINE).lines().forEach(System.out::println);
        named(report.path("unread"), "%s was not compared: %s");
        named(report.path("silent"), "node %s was not compared: %s");
        named(report.path("differing"), "node %s differs from a majority and is rebuilt: %s");
        report.path("undecided")
                .forEach(object ->
                        System.out.println(
                                object.asText()
                                        + " differs, and no majority agrees which is right"));
        System.out.printf(
                "%s at %s after %d ms%n",
                report.path("equal").asBoolean() ? "equal" : "NOT equal",
                report.path("position").asText(),
                report.path("took_ms").asLong());
    }

    private static void named(JsonNode reasons, String sentence) {
        reasons.properties()
                .forEach(each ->
                        System.out.println(
                                sentence.formatted(each.getKey(), each.getValue().asText())));
    }
}
