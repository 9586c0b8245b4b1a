package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.LeadingServer;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SQL over HTTP in rqlite's form, on one real server.
final class DbApiTest {
    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(config -> config);
        node.replica.leads(server.reign()).serves(server.server().http());
        assertThat(execute("", "CREATE OR REPLACE DATABASE app").body())
                .isEqualTo("{\"results\":[{\"rows_affected\":1}]}");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    @BeforeEach
    void makeTables() throws Exception {
        assertThat(
                        execute(
                                        "&db=app",
                                        "CREATE OR REPLACE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(50) UNIQUE)",
                                        "CREATE OR REPLACE PROCEDURE commits() BEGIN INSERT INTO t (v) VALUES ('in');"
                                                + " COMMIT; END",
                                        "CREATE OR REPLACE PROCEDURE opens() BEGIN START TRANSACTION;"
                                                + " INSERT INTO t (v) VALUES ('open'); END",
                                        "CREATE OR REPLACE FUNCTION writes() RETURNS INT BEGIN INSERT INTO t (v)"
                                                + " VALUES ('f'); RETURN 1; END")
                                .body())
                .isEqualTo("{\"results\":[{},{},{},{}]}");
    }

    private static Reply execute(String more, String... statements) throws Exception {
        return node.post("/db/execute?timeout=10s" + more, TestNode.json(statements));
    }

    private static Reply query(String more, String... statements) throws Exception {
        return node.post("/db/query?timeout=10s" + more, TestNode.json(statements));
    }

    private static String rows() throws Exception {
        return query("&db=app", "SELECT v FROM t ORDER BY id").json().at("/results/0").toString();
    }

    @Test
    void writesAndReadsInRqlitesForm() throws Exception {
        assertThat(
                        node.post(
                                        "/db/execute?db=app",
                                        "[[\"INSERT INTO t (v) VALUES (?)\", \"Zoë 🚢\"], \"UPDATE t SET v = 'x' WHERE id = 9\"]")
                                .body())
                .isEqualTo("{\"results\":[{\"last_insert_id\":1,\"rows_affected\":1},{}]}");

        assertThat(query("&db=app", "SELECT id, v FROM t").body())
                .isEqualTo(
                        "{\"results\":[{\"columns\":[\"id\",\"v\"],\"types\":[\"integer\",\"varchar\"],"
                                + "\"values\":[[1,\"Zoë 🚢\"]]}]}");
        assertThat(query("&db=app&associative", "SELECT id FROM t").body())
                .isEqualTo(
                        "{\"results\":[{\"types\":{\"id\":\"integer\"},\"rows\":[{\"id\":1}]}]}");
        assertThat(query("&db=app", "SELECT id FROM t WHERE id = 7").body())
                .isEqualTo("{\"results\":[{\"columns\":[\"id\"],\"types\":[\"integer\"]}]}");
        assertThat(node.get("/db/query?db=app&q=" + TestNode.encode("SELECT id FROM t")).body())
                .isEqualTo(
                        "{\"results\":[{\"columns\":[\"id\"],\"types\":[\"integer\"],\"values\":[[1]]}]}");
    }

    @Test
    void bindsValuesByPlaceAndByName() throws Exception {
        String body =
                """
                [["SELECT ?, ?, ?, ?, ?, '?'", 9223372036854775807, 1.50, true, null, "it's \\\\ 'so'"],
                 ["SELECT :b, :a, :b", {"a": "A", "b": 18446744073709551615}]]\
                """;

        assertThat(node.post("/db/query", body).json().at("/results/0/values/0").toString())
                .isEqualTo("[9223372036854775807,\"1.50\",1,null,\"it's \\\\ 'so'\",\"?\"]");
        assertThat(node.post("/db/query", body).json().at("/results/1/values/0").toString())
                .isEqualTo("[18446744073709551615,\"A\",18446744073709551615]");
    }

    @Test
    void keepsEveryTypeAsItIs() throws Exception {
        Reply reply =
                query(
                        "",
                        """
                        SELECT CAST(-9223372036854775808 AS INT) a, 18446744073709551615 b, 1.10 c, 1e300 d,
                        x'00ff' e, DATE'2026-02-03' f, TIMESTAMP'2026-02-03 04:05:06.007' g, JSON_OBJECT('a', 1) h, NULL i
                        """);

        assertThat(reply.json().at("/results/0/values/0").toString())
                .isEqualTo(
                        "[-9223372036854775808,18446744073709551615,\"1.10\",1.0E300,\"AP8=\",\"2026-02-03\","
                                + "\"2026-02-03T04:05:06.007\",\"{\\\"a\\\": 1}\",null]");
        assertThat(query("&integers=string", "SELECT 9007199254740993 a").body())
                .contains("[[\"9007199254740993\"]]");
    }

    @Test
    void takesOneStatementAsPlainText() throws Exception {
        Reply reply =
                node.send(
                        HttpRequest.newBuilder(node.url("/db/execute?db=app"))
                                .header("Content-Type", "text/plain")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "INSERT INTO t (v) VALUES ('what?')")));

        assertThat(reply.body())
                .isEqualTo("{\"results\":[{\"last_insert_id\":1,\"rows_affected\":1}]}");
        assertThat(reply.header("Flotilla-Gtid"))
                .isEqualTo(server.query("SELECT @@gtid_binlog_pos"));
    }

    @Test
    void runsStatementsThatStandAloneWhateverTheOthersDo() throws Exception {
        Reply reply =
                execute(
                        "&db=app",
                        "INSERT INTO t (v) VALUES ('a')",
                        "INSERT INTO t (v) VALUES ('a')",
                        "nonsense",
                        "INSERT INTO t (v) VALUES ('b')");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().at("/results/1/error").asText()).contains("Duplicate entry 'a'");
        assertThat(reply.json().at("/results/2/error").asText()).contains("syntax");
        assertThat(rows()).contains("[[\"a\"],[\"b\"]]");
    }

    @Test
    void runsATransactionAsAWholeOrNotAtAll() throws Exception {
        Reply failed =
                execute(
                        "&db=app&transaction",
                        "INSERT INTO t (v) VALUES ('a')",
                        "INSERT INTO t (v) VALUES ('a')",
                        "INSERT INTO t (v) VALUES ('b')");
        assertThat(failed.json().at("/results")).hasSize(2);
        assertThat(failed.json().at("/results/1/error").asText()).contains("Duplicate");
        assertThat(rows()).doesNotContain("values");

        Reply done =
                execute(
                        "&db=app&transaction",
                        "INSERT INTO t (v) VALUES ('a')",
                        "INSERT INTO t (v) VALUES ('b')");
        assertThat(done.json().at("/results")).hasSize(2);
        assertThat(rows()).contains("[[\"a\"],[\"b\"]]");
        assertThat(done.header("Flotilla-Gtid"))
                .isEqualTo(server.query("SELECT @@gtid_binlog_pos"));
    }

    @Test
    void saysFailuresInTheTableOfTheContractWhenAsked() throws Exception {
        Reply alone = execute("&db=app&errors=http", "nonsense");
        assertThat(alone.failure()).isEqualTo("Rejected not_applied 400");

        Reply partial =
                execute(
                        "&db=app&errors=http",
                        "INSERT INTO t (v) VALUES ('a')",
                        "INSERT INTO t (v) VALUES ('a')",
                        "INSERT INTO t (v) VALUES ('b')");
        assertThat(partial.failure()).isEqualTo("Rejected partial 409");
        assertThat(partial.json().at("/error/statement").asInt()).isEqualTo(1);
        assertThat(partial.json().at("/results/0/rows_affected").asInt()).isEqualTo(1);
        assertThat(rows()).contains("[[\"a\"]]");

        Reply transaction =
                execute(
                        "&db=app&errors=http&transaction",
                        "INSERT INTO t (v) VALUES ('c')",
                        "INSERT INTO t (v) VALUES ('a')");
        assertThat(transaction.failure()).isEqualTo("Rejected not_applied 409");
        assertThat(query("&errors=http", "SELECT * FROM app.nothing").failure())
                .isEqualTo("NotFound not_applied 404");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "queue",
                "wait",
                "transactoin",
                "level=newest",
                "freshness=2",
                "errors=none",
                "integers=text",
                "min_gtid=5",
                "transaction=maybe",
                "q=x",
            })
    void refusesParametersItDoesNotKnow(String parameter) throws Exception {
        assertThat(execute("&" + parameter, "SELECT 1").failure())
                .isEqualTo("BadRequest not_applied 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "[[]]",
                "[5]",
                "[\"\"]",
                "[[\"SELECT ?\"]]",
                "[[\"SELECT ?\", [1]]]",
                "[[\"SELECT :a\", {\"b\": 1}]]",
                "[\"BEGIN\"]",
            })
    void refusesBodiesThatAreNoStatements(String body) throws Exception {
        assertThat(node.post("/db/execute", body).failure())
                .isEqualTo("BadRequest not_applied 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM mysql.global_priv",
                "SELECT * FROM `#mysql50#mysql`.global_priv",
                "CREATE TABLE flotilla.x (a INT)",
                "SET GLOBAL read_only=ON",
                "SET SESSION sql_log_bin=0",
            })
    void leavesTheSystemToTheServersRights(String sql) throws Exception {
        assertThat(execute("&errors=http", sql).failure()).isEqualTo("Forbidden not_applied 403");
    }

    @Test
    void namesOnlyDatabasesOfClients() throws Exception {
        assertThat(execute("&db=mysql", "SELECT 1").failure())
                .isEqualTo("Forbidden not_applied 403");
        assertThat(execute("&db=absent", "SELECT 1").failure())
                .isEqualTo("NotFound not_applied 404");
        assertThat(query("&db=absent", "SELECT 1").failure()).isEqualTo("NotFound not_applied 404");
        assertThat(query("&errors=http", "SELECT * FROM t").json().at("/error/errno").asInt())
                .as("no database left over from another request")
                .isEqualTo(1046);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t (v) VALUES ('a')",
                "CALL commits()",
                "SET @a = 1",
                "ANALYZE TABLE t",
                "/*!999999 SELECT */ DELETE FROM t",
            })
    void letsNoQueryBeAnythingElse(String sql) throws Exception {
        assertThat(query("&db=app", sql).failure()).isEqualTo("BadRequest not_applied 400");
    }

    @Test
    void letsNoQueryWriteThroughAFunction() throws Exception {
        assertThat(query("&db=app", "SELECT writes()").json().at("/results/0/error").asText())
                .contains("READ ONLY");
        assertThat(
                        query("&db=app", "SELECT 1", "SELECT writes()", "ANALYZE SELECT 2")
                                .json()
                                .at("/results/1/error")
                                .asText())
                .contains("READ ONLY");
        assertThat(rows()).doesNotContain("values");
    }

    @Test
    void leavesNothingOfARequestToTheNext() throws Exception {
        for (int i = 0; i < 40; i++) {
            execute(
                    "&db=app",
                    "SET @left = 5, SESSION sql_mode = 'ANSI_QUOTES', SESSION autocommit = 0,"
                            + " SESSION foreign_key_checks = 0, SESSION time_zone = '+05:00'",
                    "CREATE TEMPORARY TABLE left_over (a INT)",
                    "SELECT GET_LOCK('left', 0)");
        }
        String question =
                "SELECT @left, @@sql_mode LIKE '%ANSI%', @@autocommit, @@foreign_key_checks, @@time_zone,"
                        + " IS_FREE_LOCK('left'), @@collation_connection = @@collation_database, LAST_INSERT_ID()";
        for (int i = 0; i < 40; i++) {
            assertThat(execute("&db=app", question).json().at("/results/0/values/0").toString())
                    .isEqualTo("[null,0,1,1,\"SYSTEM\",1,1,0]");
        }
        assertThat(execute("&db=app", "SELECT * FROM left_over").body()).contains("exist");
    }

    /// Twice each: the first reset of a session is waited for, the others are sent ahead of what comes next.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t (v) VALUES (NULL)",
                "INSERT INTO triggered VALUES (NULL)",
                "BEGIN NOT ATOMIC EXECUTE IMMEDIATE 'USE elsewhere'; END",
                "BEGIN NOT ATOMIC SET SESSION session_track_schema = 0;"
                        + " EXECUTE IMMEDIATE 'USE elsewhere'; END",
                "BEGIN NOT ATOMIC PREPARE remembered FROM 'SELECT 1'; END",
                "SELECT SQL_CALC_FOUND_ROWS 1 UNION SELECT 2 LIMIT 1",
                "SELECT NEXTVAL(numbers)",
                "DO (SELECT @left := 1)",
                "DO GET_LOCK('left', 0)",
                "SET SESSION session_track_system_variables = ''",
            })
    void leavesNothingOfAStatementToTheNextRequest(String sql) throws Exception {
        execute(
                "&db=app",
                "CREATE DATABASE IF NOT EXISTS elsewhere",
                "CREATE SEQUENCE IF NOT EXISTS numbers",
                "CREATE OR REPLACE TABLE triggered (a INT)",
                "CREATE OR REPLACE TRIGGER triggers BEFORE INSERT ON triggered FOR EACH ROW"
                        + " SET @left = GET_LOCK('left', 0), @@session.foreign_key_checks = 0");
        for (int i = 0; i < 3; i++) {
            assertThat(execute("&db=app", sql).body()).doesNotContain("error");
            String question =
                    "SELECT DATABASE(), @left, IS_FREE_LOCK('left'), @@foreign_key_checks,"
                            + " LAST_INSERT_ID(), FOUND_ROWS(), LASTVAL(numbers), @@in_transaction";
            assertThat(execute("&db=app", question).json().at("/results/0/values/0").toString())
                    .isEqualTo("[\"app\",null,1,1,0,1,null,0]");
            assertThat(execute("&db=app", "BEGIN NOT ATOMIC EXECUTE remembered; END").body())
                    .contains("Unknown prepared statement");
            Reply written = execute("&db=app", "INSERT INTO t (v) VALUES ('" + i + "')");
            assertThat(written.header("Flotilla-Gtid"))
                    .contains(server.query("SELECT @@gtid_binlog_pos"));
        }
    }

    @Test
    void keepsTheSessionWithinARequest() throws Exception {
        assertThat(
                        execute("", "SET @a = 5", "SELECT @a + 1 AS b")
                                .json()
                                .at("/results/1/values/0/0")
                                .asInt())
                .isEqualTo(6);
    }

    @Test
    void leavesNoTransactionOpen() throws Exception {
        assertThat(execute("&db=app", "CALL opens()").body()).contains("left a transaction open");
        assertThat(
                        execute(
                                        "&db=app",
                                        "SET autocommit = 0",
                                        "INSERT INTO t (v) VALUES ('lost')")
                                .body())
                .contains("left a transaction open");
        assertThat(rows()).doesNotContain("values");
    }

    @Test
    void saysWhatAProcedureCommittedInsideOfATransaction() throws Exception {
        Reply reply =
                execute(
                        "&db=app&transaction",
                        "INSERT INTO t (v) VALUES ('before')",
                        "CALL commits()",
                        "INSERT INTO t (v) VALUES ('after')");

        assertThat(reply.failure()).isEqualTo("Rejected partial 400");
        assertThat(rows()).contains("before", "in").doesNotContain("after");
    }

    @Test
    void seesAProcedureFailAfterItsFirstResult() throws Exception {
        execute(
                "&db=app",
                "CREATE OR REPLACE PROCEDURE late() BEGIN SELECT 1; SELECT 2;"
                        + " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'too late'; END");

        assertThat(execute("&db=app", "CALL late()").body()).contains("too late");
        assertThat(execute("&db=app&errors=http", "CALL late()").failure())
                .isEqualTo("Rejected not_applied 400");
    }

    @Test
    void refusesDefinitionsInATransaction() throws Exception {
        assertThat(
                        execute(
                                        "&db=app&transaction",
                                        "INSERT INTO t (v) VALUES ('a')",
                                        "CREATE TABLE u (a INT)")
                                .failure())
                .isEqualTo("BadRequest not_applied 400");
        assertThat(execute("&db=app&transaction", "CREATE OR REPLACE TABLE u (a INT)").body())
                .isEqualTo("{\"results\":[{}]}");
    }

    @Test
    void mixesReadsAndWritesInARequest() throws Exception {
        Reply reply =
                node.post(
                        "/db/request?db=app&transaction&level=linearizable",
                        TestNode.json(
                                List.of(
                                        "INSERT INTO t (v) VALUES ('a')",
                                        "SELECT v FROM t",
                                        "INSERT INTO t (v) VALUES ('b') RETURNING id, v")));

        assertThat(reply.body())
                .isEqualTo(
                        "{\"results\":[{\"last_insert_id\":1,\"rows_affected\":1},"
                                + "{\"columns\":[\"v\"],\"types\":[\"varchar\"],\"values\":[[\"a\"]]},"
                                + "{\"columns\":[\"id\",\"v\"],\"types\":[\"integer\",\"varchar\"],\"values\":[[2,\"b\"]]}]}");
    }

    @Test
    void sendsOneStatementOnly() throws Exception {
        assertThat(execute("&db=app", "SELECT 1; DROP TABLE t").body()).contains("syntax");
        assertThat(execute("&db=app", "SELECT 1 AS a;").body()).contains("[[1]]");
    }

    @Test
    void refusesRowsAmongWritesThatAreTooMany() throws Exception {
        Reply reply =
                node.post(
                        "/db/request?db=app&transaction",
                        TestNode.json(
                                List.of(
                                        "INSERT INTO t (v) VALUES ('a')",
                                        "SELECT REPEAT('x', 100) FROM seq_1_to_100000")));

        assertThat(reply.json().at("/results/1/error").asText()).contains("/db/query");
        assertThat(rows()).doesNotContain("values");
    }

    @Test
    void asksForAsMuchAsTheLevelSays() throws Exception {
        int before = node.replica.barriers();
        query("", "SELECT 1");
        query("&level=none", "SELECT 1");
        query("&level=auto", "SELECT 1");
        assertThat(node.replica.barriers()).isEqualTo(before);
        query("&level=strong", "SELECT 1");
        query("&level=linearizable", "SELECT 1");
        assertThat(node.replica.barriers()).isEqualTo(before + 2);
        query("&level=none&freshness=1m", "SELECT 1");
        query("&level=none&freshness=1m&freshness_strict", "SELECT 1");
        assertThat(node.replica.barriers()).isEqualTo(before + 3);
    }

    @Test
    void waitsForAPosition() throws Exception {
        assertThat(query("&min_gtid=0-7-41", "SELECT 1 AS a").body()).contains("[[1]]");
        node.replica.shows(40);
        try {
            Reply late = node.post("/db/query?timeout=100ms&min_gtid=0-7-41", "[\"SELECT 1\"]");
            assertThat(late.failure()).isEqualTo("Stale not_applied 503");
        } finally {
            node.replica.shows(Long.MAX_VALUE);
        }
    }

    @Test
    void refusesDataThatMayBeTooOld() throws Exception {
        node.replica.quorum(false);
        try {
            assertThat(query("&level=none&freshness=1ms", "SELECT 1").failure())
                    .isEqualTo("Stale not_applied 503");
        } finally {
            node.replica.quorum(true);
        }
    }

    @Test
    void addsTimesAndPositionsWhenAsked() throws Exception {
        Reply reply =
                execute("&db=app&timings&pretty&raft_index", "INSERT INTO t (v) VALUES ('a')");

        assertThat(reply.body()).contains("\n");
        assertThat(reply.json().at("/results/0/time").asDouble()).isPositive();
        assertThat(reply.json().at("/time").asDouble()).isPositive();
        assertThat(reply.header("Flotilla-Gtid")).endsWith("-" + reply.json().at("/raft_index"));
        assertThat(query("&timings", "SELECT 1").json().at("/results/0/time").asDouble())
                .isPositive();
    }

    @Test
    void saysUnknownWhenTheMajorityDoesNotAnswerInTime() throws Exception {
        server.hold();
        try {
            Reply reply =
                    node.post(
                            "/db/execute?db=app&timeout=300ms",
                            "[\"INSERT INTO t (v) VALUES ('a')\"]");
            assertThat(reply.failure()).isEqualTo("Unknown unknown 504");
        } finally {
            server.release();
        }
    }

    @Test
    void endsAQueryThatTakesTooLong() throws Exception {
        Reply reply = node.post("/db/query?timeout=300ms", "[\"SELECT SLEEP(5)\"]");

        assertThat(reply.status()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW TABLES",
                "SHOW CREATE TABLE t",
                "DESCRIBE t",
                "DESC t",
                "EXPLAIN SELECT * FROM t",
                "ANALYZE FORMAT=JSON SELECT * FROM t",
                "CHECKSUM TABLE t",
                "VALUES (1, 2)",
                "WITH a AS (SELECT 1 AS b) SELECT b FROM a",
                "(SELECT 1) UNION (SELECT 2)",
                "SELECT * FROM information_schema.tables WHERE table_schema = 'app'",
            })
    void answersEveryKindOfQuery(String sql) throws Exception {
        for (String path : new String[] {"/db/query", "/db/execute"}) {
            assertThat(node.post(path + "?db=app", TestNode.json(new String[] {sql})).body())
                    .as(path)
                    .contains("\"columns\"");
        }
    }

    private static Reply lines(String more, String sql) throws Exception {
        return node.send(
                HttpRequest.newBuilder(
                                node.url("/db/query?db=app&q=" + TestNode.encode(sql) + more))
                        .header("Accept", "application/x-ndjson")
                        .GET());
    }

    @Test
    void answersInLines() throws Exception {
        Reply reply = lines("", "SELECT seq, 'a\nb' AS t FROM seq_1_to_2");
        assertThat(reply.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(reply.body())
                .isEqualTo(
                        """
                        {"columns":["seq","t"],"types":["bigint unsigned","varchar"]}
                        [1,"a\\nb"]
                        [2,"a\\nb"]
                        {"end":{"rows":2}}
                        """);
        assertThat(lines("&associative", "SELECT 1 AS a").body()).contains("\n{\"a\":1}\n{\"end\"");
        assertThat(lines("", "SELECT nonsense").failure()).isEqualTo("Rejected not_applied 400");
    }

    @Test
    void saysInItsLastLineThatRowsAreMissing() throws Exception {
        Reply reply =
                lines(
                        "",
                        "SELECT IF(seq < 90000, seq, (SELECT 1 UNION SELECT 2)) FROM seq_1_to_100000");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().lines().toList().getLast()).contains("\"error\"", "\"errno\":1242");
    }
}
