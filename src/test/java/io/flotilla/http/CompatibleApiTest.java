package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        makeDatabase();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    private static void makeDatabase() throws Exception {
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

    @BeforeEach
    void emptyTable() throws Exception {
        server.execute("DELETE FROM app.users");
        server.execute("ALTER TABLE app.users AUTO_INCREMENT=1");
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

    @Test
    void keepsEveryTypeAsItIs() throws Exception {
        done(
                node.post(
                        "/createtable?dbname=app&table=types&schema="
                                + TestNode.encode(
                                        """
                                        id INT PRIMARY KEY, big BIGINT, ubig BIGINT UNSIGNED, tiny TINYINT(1), flag BOOLEAN,
                                        utiny TINYINT UNSIGNED, b1 BIT(1), b64 BIT(64), d DECIMAL(30,10), f FLOAT, r DOUBLE,
                                        t TEXT, bin VARBINARY(10), bl BLOB, day DATE, dt DATETIME, dt3 DATETIME(3),
                                        dt6 DATETIME(6), ts TIMESTAMP(3) NULL, tm TIME(3), y YEAR, j JSON, e ENUM('a','b'),
                                        s SET('x','y'), u UUID, ip INET6, g POINT\
                                        """),
                        ""),
                "Table created successfully");
        insert(
                "types",
                """
                1, -9223372036854775808, 18446744073709551615, -5, TRUE, 255, b'1', 0xFFFFFFFFFFFFFFFF,
                12345678901234567890.0123456789, 1.1, 2.2250738585072014e-308, 'Zoë 🚢 \\' \\n', x'00ff', x'010203',
                '2026-02-03', '2026-02-03 04:05:06', '2026-02-03 04:05:06.007', '2026-02-03 04:05:06.000007',
                '2026-02-03 04:05:06.5', '-123:04:05.006', 2026, '{"a": [1, 2]}', 'b', 'x,y',
                '123e4567-e89b-12d3-a456-426655440000', '::1', ST_GeomFromText('POINT(1 2)')\
                """);

        assertThat(node.select("types", "").body())
                .isEqualTo(
                        """
                        [{"id":1,"big":-9223372036854775808,"ubig":18446744073709551615,"tiny":-5,"flag":1,"utiny":255,\
                        "b1":1,"b64":18446744073709551615,"d":"12345678901234567890.0123456789","f":1.1,\
                        "r":2.2250738585072014E-308,"t":"Zoë 🚢 ' \\n","bin":"AP8=","bl":"AQID","day":"2026-02-03",\
                        "dt":"2026-02-03T04:05:06","dt3":"2026-02-03T04:05:06.007","dt6":"2026-02-03T04:05:06.000007",\
                        "ts":"2026-02-03T04:05:06.500","tm":"-123:04:05.006","y":2026,"j":"{\\"a\\": [1, 2]}","e":"b",\
                        "s":"x,y","u":"123e4567-e89b-12d3-a456-426655440000","ip":"::1",\
                        "g":"AAAAAAEBAAAAAAAAAAAA8D8AAAAAAAAAQA=="}]\
                        """);

        insert("types", "2" + ", NULL".repeat(26));
        Reply nulls = node.select("types", "&where=id=2");
        assertThat(nulls.json().get(0)).hasSize(27);
        assertThat(nulls.body())
                .contains("\"big\":null", "\"b64\":null", "\"dt3\":null", "\"y\":null");
    }

    @Test
    void showsDatesThatNoCalendarKnows() throws Exception {
        done(
                node.post(
                        "/createtable?dbname=app&table=dates&schema=d%20DATE,dt%20DATETIME(3)", ""),
                "Table created successfully");
        insert("dates", "'0000-00-00', '0000-00-00 00:00:00'");
        insert("dates", "'2026-00-10', '2026-00-10 01:02:03.004'");

        assertThat(node.select("dates", "").json().toString())
                .contains("0000-00-00", "2026-00-10T01:02:03.004");
    }

    private static void insert(String table, String values) throws Exception {
        done(
                node.post(
                        "/insert",
                        TestNode.json(Map.of("dbname", "app", "table", table, "values", values))),
                "Record inserted successfully");
    }

    @Test
    void bindsRecords() throws Exception {
        done(
                node.post(
                        "/createtable?dbname=app&table=r&schema="
                                + TestNode.encode(
                                        "id INT AUTO_INCREMENT PRIMARY KEY, a TEXT, n DECIMAL(65,0), d DOUBLE, b BOOL DEFAULT 7"),
                        ""),
                "Table created successfully");
        Reply many =
                node.post(
                        "/insert",
                        """
                        {"dbname":"app","table":"r","records":[
                         {"a":"'); DROP TABLE r; -- \\" ? \\\\ \\u0000 🚢","n":99999999999999999999999999999999},
                         {"d":1.5e10,"b":true,"a":""},
                         {"b":false,"a":null},
                         {}]}\
                        """);
        done(many, "Record inserted successfully");
        assertThat(many.header("Flotilla-Rows-Affected")).isEqualTo("4");
        assertThat(many.header("Flotilla-Last-Insert-Id")).isEqualTo("1");
        assertThat(node.select("r", "&columns=a,n,d,b").body())
                .isEqualTo(
                        """
                        [{"a":"'); DROP TABLE r; -- \\" ? \\\\ \\u0000 🚢","n":"99999999999999999999999999999999","d":null,"b":7},\
                        {"a":"","n":null,"d":1.5E10,"b":1},\
                        {"a":null,"n":null,"d":null,"b":0},\
                        {"a":null,"n":null,"d":null,"b":7}]\
                        """);
        done(
                node.post("/insert", "{\"dbname\":\"app\",\"table\":\"r\",\"records\":{}}"),
                "Record inserted successfully");
    }

    @Test
    void insertsAllRecordsOrNone() throws Exception {
        Reply reply =
                node.post(
                        "/insert",
                        """
                        {"dbname":"app","table":"users","records":[{"email":"a"},{"email":"b"},{"email":"a"}]}\
                        """);

        assertThat(reply.failure()).isEqualTo("Rejected not_applied 409");
        assertThat(reply.body())
                .isEqualTo(
                        """
                        {"error":{"code":"Rejected","sqlstate":"23000","errno":1062,\
                        "message":"Duplicate entry 'a' for key 'email'","statement":0,"retryable":false,\
                        "outcome":"not_applied"}}\
                        """);
        assertThat(node.select("users", "").body()).isEqualTo("[]");
    }

    @Test
    void makesATableFromColumns() throws Exception {
        done(
                node.post(
                        "/createtable",
                        """
                        {"DBNAME":"app","TABLE":"people-2","COLUMNS":[{"NAME":"имя","datatype":"VARCHAR(50) DEFAULT ','"},
                         {"Name":"order","DataType":"INT"}]}\
                        """),
                "Table created successfully");
        insert("people-2", "NULL, 'x', 1");
        assertThat(node.select("people-2", "&columns=" + TestNode.encode("Id, имя,order")).body())
                .isEqualTo("[{\"Id\":1,\"имя\":\"x\",\"order\":1}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /select?dbname=nosuch&table=t            | NotFound not_applied 404
                    /select?dbname=app&table=nosuch          | NotFound not_applied 404
                    /select?dbname=mysql&table=user          | Forbidden not_applied 403
                    /select?dbname=Information_Schema&table=TABLES | Forbidden not_applied 403
                    /select?dbname=app                       | BadRequest not_applied 400
                    /select?table=users                      | BadRequest not_applied 400
                    /select?dbname=app&table=users&limit=-1  | BadRequest not_applied 400
                    /select?dbname=app&table=users&limit=x   | BadRequest not_applied 400
                    /select?dbname=app&table=users&level=new | BadRequest not_applied 400
                    /select?dbname=app&table=users&were=1    | BadRequest not_applied 400
                    /select?dbname=app&dbname=app&table=users | BadRequest not_applied 400
                    /select?dbname=app&table=users&columns=id,  | BadRequest not_applied 400
                    /select?dbname=app&table=users&columns=COUNT(*) | BadRequest not_applied 400
                    /select?dbname=app&table=users&columns=nope | Rejected not_applied 400
                    /select?dbname=app&table=users&where=    | BadRequest not_applied 400
                    /select?dbname=app&table=users&where=id%20=   | Rejected not_applied 400
                    /select?dbname=app&table=users&where=(select%20count(*)%20from%20mysql.user)%3E0 | Forbidden not_applied 403
                    /select?dbname=app&table=users&where=(select%20count(*)%20from%20sys.version)%3E0 | Forbidden not_applied 403
                    /select?dbname=app&table=users&where=(select%20count(*)%20from%20flotilla.x)%3E0 | Forbidden not_applied 403
                    /select?dbname=app&table=users&where=(select%20count(*)%20from%20%60%23mysql50%23mysql%60.user)%3E0 | Forbidden not_applied 403
                    /select?dbname=app&table=users&where=id%20in%20(select%201%20into%20outfile%20'/tmp/x') | Rejected not_applied 400
                    /select?dbname=app&table=users&timeout=x | BadRequest not_applied 400
                    /select?dbname=app&table=users&timeout=0s | BadRequest not_applied 400
                    /select?dbname=app&table=users&timeout=99m | BadRequest not_applied 400
                    /select?dbname=app&table=%ff             | BadRequest not_applied 400
                    /createdb                                | BadRequest not_applied 400
                    /createdb?name=FLOTILLA                  | Forbidden not_applied 403
                    /createdb?name=a/b                       | BadRequest not_applied 400
                    /dropdb?name=mysql                       | Forbidden not_applied 403
                    /nosuch                                  | NotFound not_applied 404
                    /select/                                 | NotFound not_applied 404
                    /insert                                  | BadRequest not_applied 405
                    /db/query                                | BadRequest not_applied 400
                    """)
    void saysWhatIsWrongWithAGet(String path, String failure) throws Exception {
        Reply reply = node.get(path);
        assertThat(reply.failure()).isEqualTo(failure);
        assertThat(reply.message()).isNotBlank();
        assertThat(reply.header("Flotilla-Node")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    /insert | {"dbname":"app","table":"users"                       | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users"} x                    | BadRequest not_applied 400
                    /insert | [1]                                                   | BadRequest not_applied 400
                    /insert | "x"                                                   | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users"}                      | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","values":1}           | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","values":"1","records":{}} | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","values":"1","x":1}   | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","values":"1","Values":"2"} | BadRequest not_applied 400
                    /insert | {"dbname":"app","dbname":"app","table":"users","values":"1"} | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":[]}         | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":[1]}        | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":"x"}        | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":{"name":{"a":1}}} | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":{"name":1e999999}} | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":{"na`me":1}} | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":{"name":"\\ud800"}} | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"users","records":{"nope":1}} | Rejected not_applied 400
                    /insert | {"dbname":"app","table":"users","records":{"name":"x","NAME":"y"}} | Rejected not_applied 400
                    /insert | {"dbname":"app","table":"users","values":"1"}         | Rejected not_applied 400
                    /insert | {"dbname":"app","table":"users","values":"1), (2"}    | BadRequest not_applied 400
                    /insert | {"dbname":"app","table":"nosuch","values":"1"}        | NotFound not_applied 404
                    /insert | {"dbname":"mysql","table":"user","values":"1"}        | Forbidden not_applied 403
                    /update | {"dbname":"app","table":"users","set":"name='x'"}     | BadRequest not_applied 400
                    /update | {"dbname":"app","table":"users","set":"name='x'","where":""} | BadRequest not_applied 400
                    /update | {"dbname":"app","table":"users","set":"name='x' where 1=1","where":"1=0"} | BadRequest not_applied 400
                    /delete | {"dbname":"app","table":"users"}                      | BadRequest not_applied 400
                    /delete | {"dbname":"app","table":"users","where":"1=0; DROP TABLE users"} | BadRequest not_applied 400
                    /createtable | {"dbname":"app","table":"t"}                     | BadRequest not_applied 400
                    /createtable | {"dbname":"app","table":"t","columns":[]}        | BadRequest not_applied 400
                    /createtable | {"dbname":"app","table":"t","columns":[{"Name":"a"}]} | BadRequest not_applied 400
                    /createtable | {"dbname":"app","table":"t","columns":[1]}       | BadRequest not_applied 400
                    /createtable | {"dbname":"app","table":"t","schema":"LIKE mysql.user"} | BadRequest not_applied 400
                    /createtable | {"dbname":"app","table":"t","schema":"a NOSUCHTYPE"} | Rejected not_applied 400
                    /select | {"dbname":"app","table":"users"}                      | BadRequest not_applied 405
                    /leader | {"id":2}                                              | BadRequest not_applied 400
                    /leader | {"id":"one"}                                          | BadRequest not_applied 400
                    /leader | {"node":1}                                            | BadRequest not_applied 400
                    /leader | {}                                                    | Unavailable not_applied 503
                    """)
    void saysWhatIsWrongWithAPost(String path, String body, String failure) throws Exception {
        insert("users", "1, 'kept', NULL");
        Reply reply = node.post(path, body);
        assertThat(reply.failure()).isEqualTo(failure);
        assertThat(reply.message()).isNotBlank();
        assertThat(node.select("users", "").body())
                .isEqualTo("[{\"id\":1,\"name\":\"kept\",\"email\":null}]");
    }

    @Test
    void readsNoFiles() throws Exception {
        insert("users", "1, LOAD_FILE('/etc/passwd'), NULL");
        assertThat(node.select("users", "&columns=name").body()).isEqualTo("[{\"name\":null}]");
    }

    @Test
    void takesParametersInTheQueryOrTheBody() throws Exception {
        done(
                node.post("/insert?dbname=app&table=users", "{\"values\":\"1, 'a', NULL\"}"),
                "Record inserted successfully");
        done(node.post("/createdb", "{\"name\":\"app\"}"), "Database created successfully");
        assertThat(node.post("/insert?dbname=app", "{\"dbname\":\"app\"}").failure())
                .isEqualTo("BadRequest not_applied 400");
    }

    @Test
    void answersPreflightsAndOptions() throws Exception {
        Reply reply =
                node.send(
                        HttpRequest.newBuilder(node.url("/insert"))
                                .header("Origin", "http://elsewhere.example")
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(reply.header("Access-Control-Allow-Methods")).isEqualTo("OPTIONS, POST");
        assertThat(reply.header("Access-Control-Allow-Headers"))
                .contains("Content-Type")
                .doesNotContain("Authorization");
        assertThat(node.get("/insert").header("Allow")).isEqualTo("OPTIONS, POST");
    }

    @Test
    void readsAtEachLevel() throws Exception {
        insert("users", "1, 'a', NULL");
        int before = node.replica.barriers();
        for (String level : new String[] {"none", "weak"}) {
            assertThat(node.select("users", "&columns=id&level=" + level).body())
                    .isEqualTo("[{\"id\":1}]");
        }
        assertThat(node.replica.barriers()).isEqualTo(before);
        for (String level : new String[] {"linearizable", "STRONG"}) {
            assertThat(node.select("users", "&columns=id&level=" + level).body())
                    .isEqualTo("[{\"id\":1}]");
        }
        assertThat(node.replica.barriers()).isEqualTo(before + 2);
    }

    @Test
    void refusesALinearizableReadWithoutAQuorum() throws Exception {
        node.replica.quorum(false);
        try {
            Reply reply = node.select("users", "&timeout=200ms");
            assertThat(reply.failure()).isEqualTo("Unavailable not_applied 503");
            assertThat(reply.header("Retry-After")).isEqualTo("1");
            assertThat(node.select("users", "&timeout=2s&level=weak").status()).isEqualTo(200);
        } finally {
            node.replica.quorum(true);
        }
    }

    @Test
    void streamsALongResult() throws Exception {
        insert("users", "1, REPEAT('x', 50), NULL");
        Reply reply =
                node.get(
                        "/select?dbname=app&table=users&columns=id&where="
                                + TestNode.encode("id > 0"));
        assertThat(reply.header("Content-Length")).isNotEmpty();
        done(
                node.post(
                        "/createtable?dbname=app&table=long&schema=id%20INT%20PRIMARY%20KEY,%20x%20TEXT",
                        ""),
                "Table created successfully");
        for (int part = 0; part < 4; part++) {
            StringBuilder records = new StringBuilder();
            for (int i = 0; i < 5000; i++) {
                records.append(i == 0 ? "" : ",")
                        .append("{\"id\":")
                        .append(part * 5000 + i)
                        .append(",\"x\":\"row\"}");
            }
            done(
                    node.post(
                            "/insert",
                            "{\"dbname\":\"app\",\"table\":\"long\",\"records\":["
                                    + records
                                    + "]}"),
                    "Record inserted successfully");
        }
        Reply all = node.select("long", "");
        assertThat(all.json()).hasSize(20_000);
        assertThat(all.header("Content-Length")).isEmpty();
    }

    @Test
    void breaksAnAnswerThatCannotBeFinished() throws Exception {
        done(
                node.post(
                        "/createtable?dbname=app&table=bad&schema=id%20INT%20PRIMARY%20KEY,%20x%20TEXT",
                        ""),
                "Table created successfully");
        StringBuilder records = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            records.append(i == 0 ? "" : ",")
                    .append("{\"id\":")
                    .append(i)
                    .append(",\"x\":\"some text for a row\"}");
        }
        done(
                node.post(
                        "/insert",
                        "{\"dbname\":\"app\",\"table\":\"bad\",\"records\":[" + records + "]}"),
                "Record inserted successfully");
        String where =
                TestNode.encode(
                        "IF(id < 2900, 1, ST_GeomFromText(CONCAT(x, (SELECT 1 UNION SELECT 2))) IS NULL)");

        assertThatThrownBy(() -> node.select("bad", "&where=" + where))
                .isInstanceOf(IOException.class);
        assertThat(node.select("bad", "&where=" + where.replace("2900", "1")).failure())
                .isEqualTo("Rejected not_applied 400");
    }

    @Test
    void carriesABigValueBothWays() throws Exception {
        done(
                node.post("/createtable?dbname=app&table=big&schema=id%20INT,%20x%20LONGTEXT", ""),
                "Table created successfully");
        String big = "Zoë 🚢 '\\\" ".repeat(600_000);
        done(
                node.post(
                        "/insert",
                        TestNode.json(
                                Map.of(
                                        "dbname",
                                        "app",
                                        "table",
                                        "big",
                                        "records",
                                        Map.of("id", 1, "x", big)))),
                "Record inserted successfully");
        assertThat(node.select("big", "").json().get(0).path("x").asText()).isEqualTo(big);
    }
}
