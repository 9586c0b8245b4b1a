package io.flotilla.system;

import static io.flotilla.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.bench.Fleet;
import io.flotilla.bench.NodeProcess.Part;
import io.flotilla.cli.Flotilla;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Accounts of a real fleet, managed through a node that follows, seen by the next leader's server.
@Tag("long")
final class AccountsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void areTheSameOnTheNextLeader(@TempDir Path directory) throws Exception {
        Path password = Files.writeString(directory.resolve("password"), "of her own\n");
        Fleet fleet = place.with("sql.admin.user", "captain").start(3);
        int leader = fleet.leader();
        URI follower = fleet.node(leader % 3 + 1).http();

        eventually(SOON, () -> assertThat(accounts(follower)).contains("captain"));
        assertThat(user(follower, "add", "zoe", "--password-file", password.toString())).isZero();
        assertThat(user(follower, "grant", "zoe", "shop", "SELECT", "create view")).isZero();
        assertThat(user(follower, "add", "bob", "--password-file", password.toString())).isZero();
        assertThat(user(follower, "drop", "bob")).isZero();
        assertThat(user(follower, "drop", "bob")).isEqualTo(1);
        String before = accounts(follower);
        fleet.kill(leader, Part.BOTH);

        assertThat(accounts(follower))
                .isEqualTo(before)
                .isEqualTo(
                        """
                        [{"user":"captain","host":"%","administrator":true,"locked":false,"password":false,"rights":{}},\
                        {"user":"zoe","host":"%","administrator":false,"locked":false,"password":true,\
                        "rights":{"shop":["CREATE VIEW","SELECT"]}}]\
                        """);
    }

    private static int user(URI node, String command, String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "user";
        all[1] = command;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 2] = "--url";
        all[all.length - 1] = node.toString();
        return Flotilla.run(all);
    }

    private String accounts(URI node) throws Exception {
        String body =
                http.send(
                                HttpRequest.newBuilder(node.resolve("/accounts?timeout=20s"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body();
        return new ObjectMapper().readTree(body).path("accounts").toString();
    }
}
