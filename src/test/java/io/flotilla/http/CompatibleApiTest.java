package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.LeadingServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every line of the contract's section 1, on one real server.
final class CompatibleApiTest {
    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(config -> config);
        node.replica.leads(server.reign()).serves(server.server().http());
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    @BeforeEach
    void emptyDatabase() throws Exception {
        done(node.get("/dropdb?name=app"), "Database dropped successfully");
        done(node.get("/createdb?name=app"), "Database created successfully");
        done(
                node.post(
                        "/createtable?dbname=app&table=users&schema="
                                + TestNode.encode(
                                        "id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), email VARCHAR(100) UNIQUE"),
                        ""),
                "Table created successfully");
    }

    private static void done(Reply reply, String message) throws Exception {
        assertThat(reply.body()).isEqualTo("{\"message\":\"" + message + "\"}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Flotilla-Gtid")).matches("0-7-\\d+");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void runsTheTour() throws Exception {
        Reply first =
                node.post(
                        "/insert",
                        TestNode.json(
                                Map.of(
                                        "dbname",
                                        "app",
                                        "table",
                                        "users",
                                        "values",
                                        "NULL, \"John Doe\", \"john@example.com\"")));
        done(first, "Record inserted successfully");
        assertThat(first.header("Flotilla-Last-Insert-Id")).isEqualTo("1");
        assertThat(first.header("Flotilla-Rows-Affected")).isEqualTo("1");
        done(
                node.post(
                        "/insert",
                        """
                        {"DBName":"app","Table":"users","records":{"name":"Jane","email":"j@example.com"}}
                        """),
                "Record inserted successfully");
        done(
                node.post(
                        "/update",
                        """
                        {"dbname":"app","table":"users","set":"name = \\"John Smith\\"","where":"Id = 1"}
                        """),
                "Record updated successfully");
        assertThat(node.select("users", "").body())
                .isEqualTo(
                        """
                        [{"id":1,"name":"John Smith","email":"john@example.com"},\
                        {"id":2,"name":"Jane","email":"j@example.com"}]\
                        """);
        done(
                node.post(
                        "/delete", "{\"dbname\":\"app\",\"table\":\"users\",\"where\":\"Id = 1\"}"),
                "Record deleted successfully");
        assertThat(node.select("users", "&columns=name&order=id+DESC&limit=5&offset=0").body())
                .isEqualTo("[{\"name\":\"Jane\"}]");
        assertThat(node.select("users", "&where=id=99").body()).isEqualTo("[]");
    }
}
