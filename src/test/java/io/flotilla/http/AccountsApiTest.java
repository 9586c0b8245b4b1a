package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.engine.ClientLogin;
import io.flotilla.http.TestNode.Reply;
import io.flotilla.sql.FakeReign;
import io.flotilla.sql.LeadingServer;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Accounts over HTTP, on one real server, tried by logging in.
final class AccountsApiTest {
    private static final String SECRET = "a secret of hers";

    @TempDir static Path directory;

    private static LeadingServer server;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        server = LeadingServer.start(directory);
        node = TestNode.alone(config -> config);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    @BeforeEach
    void lead() throws Exception {
        node.replica.leads(server.newReign()).serves(server.server().http());
        assertThat(post("/accounts", "{'user':'zoe','password':'" + SECRET + "'}").status())
                .isEqualTo(200);
    }

    @AfterEach
    void dropAll() throws Exception {
        node.replica.leads(server.newReign());
        for (JsonNode account : node.get("/accounts").json().path("accounts")) {
            delete(account.path("user").asText(), account.path("host").asText());
        }
    }

    private static Reply post(String path, String body) throws Exception {
        return node.post(path, body.replace('\'', '"'));
    }

    private static Reply delete(String user, String host) throws Exception {
        return node.send(
                HttpRequest.newBuilder(
                                node.url(
                                        "/accounts?user="
                                                + TestNode.encode(user)
                                                + "&host="
                                                + TestNode.encode(host)))
                        .DELETE());
    }

    private static void as(String user, String password, String sql) throws SQLException {
        try (Connection connection =
                        ClientLogin.as(server.server(), user, password).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void anAccountLogsInWithItsPasswordAndMayDoNothingYet() throws Exception {
        as("zoe", SECRET, "SELECT 1");

        assertThatThrownBy(() -> as("zoe", "another one", "SELECT 1"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> as("zoe", SECRET, "CREATE DATABASE shop"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void rightsAreThoseOfTheNamedDatabaseAndNoOther() throws Exception {
        assertThat(post("/accounts/grant", "{'user':'zoe','database':'my_db'}").status())
                .isEqualTo(200);

        as("zoe", SECRET, "CREATE OR REPLACE DATABASE my_db");
        assertThatThrownBy(() -> as("zoe", SECRET, "CREATE DATABASE mysdb"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> as("zoe", SECRET, "GRANT SELECT ON my_db.* TO zoe"))
                .isInstanceOf(SQLException.class);
    }

    /// The server would let it in from every address (docs/notes/sql.md, "Rights").
    @Test
    void noAccountIsOfLocalhost() throws Exception {
        Reply reply =
                post("/accounts", "{'user':'near','password':'" + SECRET + "','host':'LocalHost'}");

        assertThat(reply.failure()).isEqualTo("BadRequest not_applied 400");
        assertThat(reply.message()).contains("127.0.0.1");
    }

    @Test
    void rightsAreTakenAwayOneByOne() throws Exception {
        post("/accounts/grant", "{'user':'zoe','database':'shop','rights':['CREATE','select']}");

        Reply revoked =
                post("/accounts/revoke", "{'user':'zoe','database':'shop','rights':'create'}");

        assertThat(revoked.status()).isEqualTo(200);
        assertThat(node.get("/accounts").json().at("/accounts/0/rights").toString())
                .isEqualTo("{\"shop\":[\"SELECT\"]}");
        assertThat(post("/accounts/revoke", "{'user':'zoe','database':'other'}").failure())
                .isEqualTo("NotFound not_applied 404");
    }

    @Test
    void listsWhoThereIsWithoutSecretsAndWithoutOurs() throws Exception {
        post(
                "/accounts",
                "{'user':'ann','host':'10.0.0.%','password':'12345678','administrator':true}");

        assertThat(node.get("/accounts").body())
                .isEqualTo(
                        """
                        {"accounts":[{"user":"ann","host":"10.0.0.%","administrator":true,"locked":false,"password":true,\
                        "rights":{}},{"user":"zoe","host":"%","administrator":false,"locked":false,"password":true,\
                        "rights":{}}]}\
                        """);
    }

    @Test
    void anotherPasswordTakesThePlaceOfTheFirst() throws Exception {
        assertThat(post("/accounts/password", "{'user':'zoe','password':'quite another'}").status())
                .isEqualTo(200);

        as("zoe", "quite another", "SELECT 1");
        assertThatThrownBy(() -> as("zoe", SECRET, "SELECT 1")).isInstanceOf(SQLException.class);
    }

    @Test
    void aDroppedAccountIsGone() throws Exception {
        assertThat(delete("zoe", "%").status()).isEqualTo(200);

        assertThatThrownBy(() -> as("zoe", SECRET, "SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(delete("zoe", "%").failure()).isEqualTo("NotFound not_applied 404");
    }

    @Test
    void saysThatOneIsThereAlreadyOrNotThere() throws Exception {
        assertThat(post("/accounts", "{'user':'zoe','password':'12345678'}").failure())
                .isEqualTo("Rejected not_applied 409");
        assertThat(post("/accounts/password", "{'user':'bob','password':'12345678'}").failure())
                .isEqualTo("NotFound not_applied 404");
        assertThat(post("/accounts/grant", "{'user':'bob','database':'shop'}").failure())
                .isEqualTo("NotFound not_applied 404");
        as("zoe", SECRET, "SELECT 1");
    }

    @Test
    void anAdministratorsRightsCannotBeChangedByDatabase() throws Exception {
        post("/accounts", "{'user':'ann','password':'12345678','administrator':true}");

        assertThat(post("/accounts/grant", "{'user':'ann','database':'shop'}").message())
                .contains("is an administrator");
        assertThat(post("/accounts/revoke", "{'user':'ann','database':'shop'}").message())
                .contains("is an administrator");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flotilla_admin",
                "Flotilla_registrar",
                "flotilla",
                "root",
                "mariadb.sys",
                "public",
            })
    void refusesNamesOfOursAndTheServers(String user) throws Exception {
        String account = "{'user':'" + user + "','host':'localhost','password':'12345678'}";

        assertThat(post("/accounts", account).failure()).isEqualTo("Forbidden not_applied 403");
        assertThat(post("/accounts/password", account).failure())
                .isEqualTo("Forbidden not_applied 403");
        assertThat(delete(user, "localhost").failure()).isEqualTo("Forbidden not_applied 403");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'user':'x y','password':'12345678'}",
                "{'user':'','password':'12345678'}",
                "{'user':'a\\\\','password':'12345678'}",
                "{'user':'bob','host':'a b','password':'12345678'}",
                "{'user':'bob','password':'1234567'}",
                "{'user':'bob','password':''}",
                "{'user':'bob','password':12345678}",
                "{'user':'bob'}",
                "{'user':'bob','password':'12345678','administrator':'yes'}",
                "{'user':'bob','password':'12345678','super':true}",
            })
    void refusesWhatIsNoAccount(String account) throws Exception {
        assertThat(post("/accounts", account).failure()).isEqualTo("BadRequest not_applied 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'database':'%'",
                "'database':'sh%'",
                "'database':'*'",
                "'database':'#mysql50#mysql'",
                "'database':'a`.* TO zoe; --'",
                "'database':'shop','rights':['SUPER']",
                "'database':'shop','rights':['SELECT, GRANT OPTION']",
                "'database':'shop','rights':[]",
                "'rights':['SELECT']",
            })
    void refusesRightsBeyondADatabase(String what) throws Exception {
        assertThat(post("/accounts/grant", "{'user':'zoe'," + what + "}").failure())
                .isEqualTo("BadRequest not_applied 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "SYS", "flotilla", "information_schema", "performance_schema"})
    void refusesRightsInDatabasesOfOursAndTheServers(String database) throws Exception {
        assertThat(
                        post("/accounts/grant", "{'user':'zoe','database':'" + database + "'}")
                                .failure())
                .isEqualTo("Forbidden not_applied 403");
    }

    @Test
    void takesNoPasswordInAUrl() throws Exception {
        assertThat(post("/accounts?user=bob&password=12345678", "").message())
                .contains("into the body")
                .doesNotContain("12345678");
    }

    @Test
    void isNotForPagesOfOtherSites() throws Exception {
        Reply listed =
                node.send(
                        HttpRequest.newBuilder(node.url("/accounts"))
                                .header("Sec-Fetch-Site", "cross-site")
                                .GET());

        assertThat(listed.failure()).isEqualTo("Forbidden not_applied 403");
        assertThat(node.get("/accounts").header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void isNotDoneUntilAMajorityHasIt() throws Exception {
        server.hold();
        try {
            assertThat(
                            post("/accounts?timeout=300ms", "{'user':'bob','password':'12345678'}")
                                    .failure())
                    .isEqualTo("Unknown unknown 504");
        } finally {
            server.release();
        }
    }

    @Test
    void isForTheNextLeaderWhenThereIsNone() throws Exception {
        FakeReign over = server.newReign();
        over.end();
        node.replica.leads(over);

        assertThat(
                        post("/accounts?timeout=300ms", "{'user':'bob','password':'12345678'}")
                                .failure())
                .isEqualTo("Unavailable not_applied 503");
    }
}
