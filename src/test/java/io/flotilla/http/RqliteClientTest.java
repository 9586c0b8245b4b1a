package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.sql.LeadingServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// rqlite's own client for JavaScript, as it is published, against our data API. Skipped where there is no Node.js, or no
/// registry to take the client from.
@Tag("system")
final class RqliteClientTest {
    private static final String CLIENT = "rqlite-js@2.5.7";

    /// The client needs it and does not say so.
    private static final String RUNTIME = "@babel/runtime@7.26.0";

    private static final long PATIENCE_SECONDS = 120;

    @TempDir static Path directory;

    @Test
    void worksAsWithRqlite() throws Exception {
        assumeTrue(run(directory, "node", "--version").code() == 0, "there is no node");
        Path home = Files.createDirectories(directory.resolve("client"));
        Files.writeString(home.resolve("package.json"), "{\"private\": true}");
        Ran installed =
                run(
                        home,
                        "npm",
                        "install",
                        "--no-audit",
                        "--no-fund",
                        "--ignore-scripts",
                        CLIENT,
                        RUNTIME);
        assumeTrue(installed.code() == 0, "npm cannot install " + CLIENT + ": " + installed.said());
        try (LeadingServer server = LeadingServer.start(directory.resolve("server"));
                TestNode node = TestNode.alone(config -> config)) {
            node.replica.leads(server.reign()).serves(server.server().http());
            Path script = Files.writeString(home.resolve("tour.js"), TOUR);

            Ran tour = run(home, "node", script.toString(), node.url("").toString());

            assertThat(tour.said()).isEqualTo("all as with rqlite\n");
            assertThat(tour.code()).isZero();
        }
    }

    private static final String TOUR =
            """
            const assert = require('node:assert')
            const { DataApiClient } = require('rqlite-js')
            const client = new DataApiClient(process.argv[2])

            async function tour () {
              let results = await client.execute([
                'CREATE DATABASE IF NOT EXISTS app',
                'CREATE TABLE app.foo (id INTEGER NOT NULL PRIMARY KEY AUTO_INCREMENT, name TEXT)'])
              assert.ok(!results.hasError(), results.toString())

              results = await client.execute('INSERT INTO app.foo(name) VALUES("fiona")')
              assert.strictEqual(results.get(0).getLastInsertId(), 1)
              assert.strictEqual(results.get(0).getRowsAffected(), 1)

              results = await client.execute([['INSERT INTO app.foo(name) VALUES(?)', "O'Neil"]])
              assert.strictEqual(results.get(0).getLastInsertId(), 2)

              results = await client.execute(
                ['INSERT INTO app.foo(name) VALUES("a")', 'INSERT INTO app.foo(id, name) VALUES(1, "b")'],
                { transaction: true })
              assert.ok(results.hasError())
              assert.match(results.getFirstError().message, /Duplicate/)

              results = await client.execute(
                ['UPDATE app.foo SET name = "x" WHERE id = 1', 'DELETE FROM app.foo WHERE id = 1'],
                { atomic: true, timings: true })
              assert.ok(!results.hasError(), results.toString())

              for (const level of ['none', 'weak', 'strong', 'linearizable']) {
                results = await client.query('SELECT id, name FROM app.foo', { level })
                assert.deepStrictEqual(results.toArray(), [{ id: 2, name: "O'Neil" }])
              }
              results = await client.query(['SELECT name FROM app.foo', 'SELECT COUNT(*) AS n FROM app.foo'])
              assert.strictEqual(results.get(1).get('n'), 1)

              results = await client.query('SELECT * FROM app.nothing')
              assert.ok(results.hasError())
            }

            tour().then(
              () => console.log('all as with rqlite'),
              failure => { console.log(failure); process.exit(1) })
            """;

    private record Ran(int code, String said) {}

    private static Ran run(Path place, String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(List.of(command))
                            .directory(place.toFile())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return new Ran(ended ? process.exitValue() : -1, said);
        } catch (IOException e) {
            return new Ran(-1, String.valueOf(e.getMessage()));
        }
    }
}
