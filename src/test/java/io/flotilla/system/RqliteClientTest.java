package io.flotilla.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.bench.Fleet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Clients of rqlite as they are published (for Java there is none in Maven Central) against our data API: its own for
/// JavaScript, and another that knows several nodes; both speak to a follower. Skipped where there is no Node.js, or no registry to take them from.
@Tag("system")
final class RqliteClientTest {
    private static final String CLIENT = "rqlite-js@2.5.7";

    /// The client needs it and does not say so.
    private static final String RUNTIME = "@babel/runtime@7.26.0";

    private static final String OTHER_CLIENT = "rqlite-client@1.0.0";

    private static final long PATIENCE_SECONDS = 120;

    @RegisterExtension private final FleetUnderTest place = new FleetUnderTest();

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
                        RUNTIME,
                        OTHER_CLIENT);
        assumeTrue(
                installed.code() == 0,
                "npm cannot install %s and %s: %s"
                        .formatted(CLIENT, OTHER_CLIENT, installed.said()));
        Fleet fleet = place.start(3);
        String follower = fleet.node(fleet.others(fleet.leader()).getFirst()).http().toString();

        Ran tour = tour(home, TOUR, follower);

        assertThat(tour.said()).isEqualTo("all as with rqlite\n");
        assertThat(tour.code()).isZero();

        Ran otherTour = tour(home, OTHER_TOUR, follower);

        assertThat(otherTour.said()).isEqualTo("all as with rqlite\n");
        assertThat(otherTour.code()).isZero();
        fleet.awaitLevel(Duration.ofSeconds(60));
    }

    private static Ran tour(Path home, String script, String node)
            throws IOException, InterruptedException {
        return run(
                home, "node", Files.writeString(home.resolve("tour.js"), script).toString(), node);
    }

    /// Its first server is not there: it goes on with the next one.
    private static final String OTHER_TOUR =
            """
            const assert = require('node:assert')
            const { Client, QueryError } = require('rqlite-client')
            const client = new Client(['http://localhost:1', process.argv[2]])

            async function tour () {
              await client.exec('CREATE DATABASE IF NOT EXISTS other')
              await client.exec(
                'CREATE TABLE other.account (id integer not null primary key auto_increment, name text, balance integer not null)')
              let result = await client.exec('INSERT INTO other.account(name, balance) VALUES("foo", 10)')
              assert.strictEqual(result.rows_affected, 1)
              assert.strictEqual(result.last_insert_id, 1)
              await client.exec('INSERT INTO other.account(name, balance) VALUES("bar", 10)')

              const both = await client.batch([
                'UPDATE other.account SET balance = balance - 1 WHERE name = "foo"',
                'UPDATE other.account SET balance = balance + 1 WHERE name = "bar"'], true)
              assert.deepStrictEqual(both.map(each => each.rows_affected), [1, 1])

              assert.deepStrictEqual(
                await client.query('SELECT name, balance FROM other.account ORDER BY id'),
                [{ name: 'foo', balance: 9 }, { name: 'bar', balance: 11 }])
              assert.deepStrictEqual(await client.query('SELECT name FROM other.account WHERE name = "ada"'), [])
              await assert.rejects(client.exec('DELETE FROM other.nothing'), QueryError)
              await assert.rejects(client.query('SELECT * FROM other.nothing'), QueryError)
              result = await client.exec('DELETE FROM other.account')
              assert.strictEqual(result.rows_affected, 2)
            }

            tour().then(
              () => console.log('all as with rqlite'),
              failure => { console.log(failure); process.exit(1) })
            """;

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

              for (const level of ['weak', 'strong', 'linearizable']) {
                results = await client.query('SELECT id, name FROM app.foo', { level })
                assert.deepStrictEqual(results.toArray(), [{ id: 2, name: "O'Neil" }])
              }
              // What the follower's own server has, which may be a little behind.
              const deadline = Date.now() + 30000
              do {
                results = await client.query('SELECT id, name FROM app.foo', { level: 'none' })
              } while (results.toArray().length !== 1 && Date.now() < deadline)
              assert.deepStrictEqual(results.toArray(), [{ id: 2, name: "O'Neil" }])
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
