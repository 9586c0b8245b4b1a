package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FlotillaException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fragments made of everything that is odd, against the server's own lexer: what the guard lets through never takes
/// more of the statement than its place.
final class FragmentFuzzTest {
    private static final int CASES = Integer.getInteger("flotilla.fuzz.cases", 20_000);

    private static final List<String> PIECES =
            List.of(
                    "'",
                    "'",
                    "''",
                    "\"",
                    "\"",
                    "\"\"",
                    "`",
                    "`",
                    "``",
                    "\\",
                    "\\\\",
                    "\\'",
                    "\\\"",
                    "(",
                    ")",
                    "1",
                    "=",
                    "a",
                    " ",
                    " ",
                    "\n",
                    "--",
                    "-",
                    "- ",
                    "#",
                    "/*",
                    "*/",
                    "/*!",
                    "/*M!",
                    "/",
                    "*",
                    ";",
                    "?",
                    ",",
                    "OR",
                    " OR 1 ",
                    " AND ",
                    "x'41'",
                    "0x41",
                    "b'1'",
                    "N'",
                    "_latin1'",
                    "_sjis'",
                    "_binary'",
                    "@a",
                    "@`a`",
                    "@'a'",
                    ":=",
                    ".",
                    "1.",
                    "LIMIT 1",
                    "UNION SELECT 9",
                    "\\N",
                    "é",
                    "船",
                    "🚢",
                    "\u00a0",
                    "{",
                    "}",
                    "!",
                    "NULL",
                    "IN",
                    "LIKE",
                    "%",
                    "&&",
                    "||",
                    "->",
                    "e5",
                    "$$");

    @TempDir Path directory;

    @Test
    void staysInItsPlace() throws Exception {
        long seed = Long.getLong("flotilla.fuzz.seed", new Random().nextLong());
        Random random = new Random(seed);
        int ran = 0;
        try (LeadingServer server = LeadingServer.start(directory);
                Connection connection = server.server().http().getConnection()) {
            Session session = Session.pin(Identity.NODE, connection, Pins.writing());
            session.execute("CREATE DATABASE IF NOT EXISTS app");
            session.execute("CREATE TEMPORARY TABLE app.t (a VARCHAR(100))");
            session.execute("INSERT INTO app.t VALUES ('kept')");
            for (int i = 0; i < CASES; i++) {
                String text = text(random);
                if (accepted(Fragment.Kind.WHERE, text)) {
                    ran += run(session, text, seed);
                }
                String set = "a = " + text;
                if (accepted(Fragment.Kind.SET, set)) {
                    updateNothing(session, set, seed);
                }
            }
        }
        assertThat(ran)
                .as("cases that the server could run, of seed " + seed)
                .isGreaterThan(CASES / 1000);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(9);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static boolean accepted(Fragment.Kind kind, String text) {
        try {
            Fragment.of(kind, "it", text);
            return true;
        } catch (FlotillaException e) {
            return false;
        }
    }

    /// The rows around the fragment come out only if the server reads the statement's end as the statement's end.
    private static int run(Session session, String text, long seed) throws Exception {
        String sql =
                "SELECT 'before' UNION ALL SELECT 'within' FROM (SELECT 1 AS a) t WHERE ("
                        + text
                        + ") UNION ALL SELECT 'after'";
        List<String> rows = new ArrayList<>();
        try (Statement statement = session.statement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        } catch (SQLException e) {
            assertThat(SqlFailures.fromServer(e)).as(sql + " of seed " + seed).isTrue();
            return 0;
        }
        assertThat(rows)
                .as(sql + " of seed " + seed)
                .startsWith("before")
                .endsWith("after")
                .hasSizeBetween(2, 3);
        return 1;
    }

    private static void updateNothing(Session session, String set, long seed) throws Exception {
        String sql = "UPDATE app.t SET " + set + " WHERE (1 = 0)";
        try (Statement statement = session.statement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            assertThat(SqlFailures.fromServer(e)).as(sql + " of seed " + seed).isTrue();
        }
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT a FROM app.t")) {
            row.next();
            assertThat(row.getString(1)).as(sql + " of seed " + seed).isEqualTo("kept");
        }
    }
}
