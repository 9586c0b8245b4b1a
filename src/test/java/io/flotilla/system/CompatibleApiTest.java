package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.FleetClient;
import io.flotilla.bench.FleetClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The compatible endpoints, every line of the contract, once through each node: any node takes any request.
@Tag("system")
final class CompatibleApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "Zoë 🚢 O'Neil \"x\" \\ ;--";

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    @Test
    void everyLineWorksThroughEveryNode() throws IOException {
        Fleet fleet = place.start(3);
        for (URI node : fleet.http()) {
            place.say("by way of " + node);
            Tour tour = new Tour(place.client(), node, fleet.http());
            tour.makesDatabaseAndTables();
            tour.writesAndReads();
            tour.refusesBadInput();
            tour.answersOtherSites();
            tour.dropsTheDatabase();
        }
        everyNodeNamesTheSameLeader(fleet);
    }

    private void everyNodeNamesTheSameLeader(Fleet fleet) throws IOException {
        String master = fleet.node(fleet.leader()).http().toString();
        TreeSet<String> slaves = new TreeSet<>(fleet.http().stream().map(URI::toString).toList());
        slaves.remove(master);
        for (URI node : fleet.http()) {
            JsonNode told = place.client().get(node, "/nodes").json();

            assertThat(told.path("master").asText()).isEqualTo(master);
            TreeSet<String> toldSlaves = new TreeSet<>();
            told.path("slaves").forEach(slave -> toldSlaves.add(slave.asText()));
            assertThat(toldSlaves).isEqualTo(slaves);
            assertThat(told.path("isMaster").asBoolean()).isEqualTo(node.toString().equals(master));
        }
    }

    /// One way through the contract by one node.
    private record Tour(FleetClient client, URI node, List<URI> all) {
        void makesDatabaseAndTables() throws IOException {
            assertThat(client.get(node, "/ping").body().strip()).isEqualTo("pong");
            client.get(node, "/dropdb?name=testdb");
            says("Database created successfully", client.get(node, "/createdb?name=testdb"));
            says("Database created successfully", client.post(node, "/createdb?name=testdb"));
            String table = "/createtable?dbname=testdb&table=users&schema=";
            String schema =
                    "id%20INT%20AUTO_INCREMENT%20PRIMARY%20KEY,%20name%20VARCHAR(50),%20email%20VARCHAR(100)";
            says("Table created successfully", client.post(node, table + schema));
            says("Table created successfully", client.post(node, table + schema));
            says(
                    "Table created successfully",
                    client.post(
                            node,
                            "/createtable?dbname=testdb&table=people",
                            json(
                                    """
                                    {"columns":[{"Name":"name","DataType":"VARCHAR(50)"},
                                                {"Name":"email","DataType":"VARCHAR(100)"}]}\
                                    """)));
            assertThat(rows(node, "users", "")).isEqualTo(json("[]"));
        }

        void writesAndReads() throws IOException {
            insert(
                    """
                    {"dbname":"testdb","table":"users","values":"NULL, \\"John Doe\\", \\"john@example.com\\""}\
                    """);
            insert(
                    """
                    {"dbname":"testdb","table":"users","records":{"name":"Jane Doe","email":"jane@example.com"}}\
                    """);
            assertThat(rows(node, "users", ""))
                    .isEqualTo(
                            json(
                                    """
                                    [{"id":1,"name":"John Doe","email":"john@example.com"},
                                     {"id":2,"name":"Jane Doe","email":"jane@example.com"}]\
                                    """));
            says(
                    "Record updated successfully",
                    client.post(
                            node,
                            "/update",
                            json(
                                    """
                                    {"dbname":"testdb","table":"users","set":"name = \\"John Smith\\"","where":"Id = 1"}\
                                    """)));
            assertThat(rows(node, "users", "&where=id%20=%201").get(0).path("name").asText())
                    .isEqualTo("John Smith");
            says(
                    "Record deleted successfully",
                    client.post(
                            node,
                            "/delete",
                            json(
                                    """
                                    {"dbname":"testdb","table":"users","where":"Id = 1"}\
                                    """)));
            insertsAnyUnicodeAndEveryNodeShowsItAtOnce();
        }

        private void insertsAnyUnicodeAndEveryNodeShowsItAtOnce() throws IOException {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", NAME);
            row.put("email", null);
            Answer answer =
                    client.post(
                            node,
                            "/insert",
                            Map.of("dbname", "testdb", "table", "people", "records", row));
            says("Record inserted successfully", answer);
            assertThat(answer.header("Flotilla-Gtid")).matches("\\d+-\\d+-\\d+");
            assertThat(answer.header("Flotilla-Rows-Affected")).isEqualTo("1");
            assertThat(answer.header("Flotilla-Last-Insert-Id")).isEqualTo("1");
            for (URI other : all) {
                JsonNode people = rows(other, "people", "");
                assertThat(people).hasSize(1);
                assertThat(people.get(0).path("Id").asInt()).isEqualTo(1);
                assertThat(people.get(0).path("name").asText()).isEqualTo(NAME);
                assertThat(people.get(0).path("email").isNull()).isTrue();
            }
        }

        void refusesBadInput() throws IOException {
            refused(client.post(node, "/insert", Map.of("dbname", "testdb", "values", "1")));
            refused(client.post(node, "/insert", Map.of("dbname", "testdb", "table", "users")));
            refused(malformed());
            refused(write("/update", Map.of("set", "name='x'")));
            refused(write("/delete", Map.of()));
            refused(client.get(node, "/createdb"));
            refused(client.post(node, "/createtable?dbname=testdb&table=t9"));
            refused(write("/insert", Map.of("records", Map.of("nope", 1))));
            refused(write("/delete", Map.of("where", "1=0; DROP TABLE people")));
            refused(client.get(node, "/createdb?name=x%60%3B%20DROP%20DATABASE%20testdb%3B%20--"));
            refused(client.get(node, "/createdb?name=mysql"));
            refused(client.get(node, "/nosuch"));
            refused(client.get(node, "/select?dbname=testdb&table=nosuch"));

            assertThat(rows(node, "users", "")).hasSize(1);
            assertThat(rows(node, "people", "")).hasSize(1);
        }

        void answersOtherSites() throws IOException {
            Answer preflight =
                    client.send(
                            HttpRequest.newBuilder(URI.create(node + "/insert"))
                                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                                    .header("Origin", "http://elsewhere.example")
                                    .header("Access-Control-Request-Method", "POST"));

            assertThat(preflight.status()).isIn(200, 204);
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("*");
        }

        void dropsTheDatabase() throws IOException {
            says("Database dropped successfully", client.get(node, "/dropdb?name=testdb"));
            says("Database dropped successfully", client.post(node, "/dropdb?name=testdb"));
        }

        private void insert(String body) throws IOException {
            says("Record inserted successfully", client.post(node, "/insert", json(body)));
        }

        private Answer write(String path, Map<String, Object> more) throws IOException {
            Map<String, Object> body = new LinkedHashMap<>(more);
            body.put("dbname", "testdb");
            body.put("table", "users");
            return client.post(node, path, body);
        }

        private Answer malformed() throws IOException {
            return client.send(
                    HttpRequest.newBuilder(URI.create(node + "/insert"))
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            "{\"dbname\": \"testdb\", ")));
        }

        private JsonNode rows(URI from, String table, String more) throws IOException {
            Answer answer = client.get(from, "/select?dbname=testdb&table=" + table + more);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).contains("json");
            return answer.json();
        }

        private static void says(String message, Answer answer) throws IOException {
            assertThat(answer.body()).isNotEmpty();
            assertThat(answer.json()).isEqualTo(JSON.valueToTree(Map.of("message", message)));
            assertThat(answer.status()).isEqualTo(200);
        }

        private static void refused(Answer answer) {
            assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
            assertThat(answer.json().path("error").path("code").asText()).isNotEmpty();
            assertThat(answer.json().path("error").path("outcome").asText())
                    .isEqualTo("not_applied");
        }

        private static JsonNode json(String text) throws IOException {
            return JSON.readTree(text);
        }
    }
}
