package io.flotilla.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.SchemaDigest;
import io.flotilla.engine.Engine;
import io.flotilla.engine.Replacement;
import io.flotilla.engine.RunRecord;
import io.flotilla.engine.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The data of a real server that is written to, copied and started elsewhere.
final class SnapshotTest {
    private static final SnapshotRequest ANY = new SnapshotRequest(0, false);

    @TempDir private Path directory;

    private WrittenServer donor;
    private Engine receiver;

    @BeforeEach
    void start() throws Exception {
        donor = new WrittenServer(directory.resolve("a"), 1);
        receiver = Engine.open(WrittenServer.config(directory.resolve("b"), 2));
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
        donor.close();
    }

    private byte[] copy() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new SnapshotDonor(donor, new ProvisionCounters()).give(ANY, new SnapshotOutput(bytes), "2");
        return bytes.toByteArray();
    }

    private SnapshotEnd receive(byte[] stream, Replacement into) throws IOException {
        try (SnapshotInput input =
                new SnapshotInput(new ByteArrayInputStream(stream), into.data(), new Transfer())) {
            input.accepted();
            return input.receive(into::room);
        }
    }

    @Test
    void theCopyOfAServerUnderLoadIsOneStateWithEverythingInIt() throws Exception {
        donor.run("INSERT INTO app.t (a, b) SELECT seq, REPEAT('x', 200) FROM app.seq_1_to_50000");
        donor.run("CREATE USER u@'%' IDENTIFIED BY 'secret'");
        donor.run("GRANT SELECT, INSERT ON app.* TO u@'%'");
        donor.run("CREATE ROLE readers");
        donor.run("GRANT readers TO u@'%'");
        donor.run("CREATE SEQUENCE app.s START WITH 7");
        donor.run("DO NEXTVAL(app.s)");
        donor.run("CREATE VIEW app.v AS SELECT id FROM app.t");
        donor.run("CREATE FUNCTION app.f() RETURNS INT DETERMINISTIC RETURN 42");
        donor.run("CREATE PROCEDURE app.p() SELECT 1");
        donor.run(
                "CREATE TRIGGER app.tr BEFORE INSERT ON app.t FOR EACH ROW SET NEW.a = NEW.a + 1");
        donor.run("CREATE EVENT app.e ON SCHEDULE EVERY 1 DAY DO SELECT 1");
        donor.startWriting();
        byte[] stream = copy();
        String schema = schema(donor.server());

        Replacement into = receiver.replacement();
        SnapshotEnd end = receive(stream, into);
        into.complete(end.position(), end.highestBinlog());
        receiver.install(into);

        assertThat(receiver.lastRun().end()).isEqualTo(new RunRecord.Received(end.position()));
        Server copy = receiver.start();
        assertThat(WrittenServer.ask(copy, "SELECT COUNT(*) FROM app.t"))
                .isEqualTo(50_000 + end.position().seq() + "\n");
        assertThat(end.position().seq()).isPositive();
        assertThat(WrittenServer.ask(copy, "CHECK TABLE app.t EXTENDED")).isEqualTo("OK\n");
        assertThat(schema(copy)).isEqualTo(schema);
        assertThat(WrittenServer.ask(copy, "SELECT app.f()")).isEqualTo("42\n");
        assertThat(WrittenServer.ask(copy, "SELECT NEXTVAL(app.s) > 7")).isEqualTo("1\n");
        assertThat(WrittenServer.ask(copy, "SHOW GRANTS FOR u@'%'"))
                .isEqualTo(WrittenServer.ask(donor.server(), "SHOW GRANTS FOR u@'%'"));
        assertThat(receiver.lastRun().end())
                .as("until its position is settled")
                .isEqualTo(new RunRecord.Received(end.position()));
        copy.replica().settle(new Gtid(0, 1, end.position().seq()));
        copy.replica().recordFollowing();
        assertThat(receiver.lastRun().end()).isEqualTo(new RunRecord.Following());
    }

    private static String schema(Server server) throws Exception {
        try (Connection connection = server.admin()) {
            return SchemaDigest.compute(connection).toString();
        }
    }

    @Test
    void aFlippedByteAnywhereInTheStreamIsRefused() throws Exception {
        byte[] stream = copy();
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 6; i++) {
            byte[] damaged = stream.clone();
            // The small parts at both ends, where names, lengths and the digest are, as well as the
            // middle.
            int at =
                    switch (i % 3) {
                        case 0 -> 64 + random.nextInt(4096);
                        case 1 -> random.nextInt(64, stream.length);
                        default -> stream.length - 1 - random.nextInt(32);
                    };
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Replacement into = receiver.replacement();
            assertThatThrownBy(() -> receive(damaged, into))
                    .as("byte %d of %d", at, stream.length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aStreamThatEndsEarlyIsRefusedAndTheOldDataStay() throws Exception {
        byte[] stream = copy();
        RunRecord before = receiver.lastRun();
        for (int cut : new int[] {stream.length - 1, stream.length / 2, 100}) {
            Replacement into = receiver.replacement();
            assertThatThrownBy(() -> receive(Arrays.copyOf(stream, cut), into))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> receiver.install(into))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(receiver.lastRun()).isEqualTo(before);
        Server old = receiver.start();
        assertThat(WrittenServer.ask(old, "SELECT 1")).isEqualTo("1\n");
    }

    @Test
    void aNameThatLeadsElsewhereIsRefused() throws Exception {
        for (String name : new String[] {"../x", "/etc/x", "a/../../x", "a/b/c", "", "."}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            SnapshotOutput out = new SnapshotOutput(bytes);
            out.accepted("11.4.5", 1);
            out.size(name, 1);
            out.failed("the end");
            Replacement into = receiver.replacement();
            assertThatThrownBy(() -> receive(bytes.toByteArray(), into))
                    .as(name)
                    .hasMessageContaining("named");
        }
    }
}
