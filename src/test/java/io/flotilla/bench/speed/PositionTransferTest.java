package io.flotilla.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionTransferTest {
    private static final String POSITION = "6d2a4c1e-7d9f-4a53-9a3e-2f1d0c5b8e77:41";

    @TempDir private Path directory;
    private Path script;

    @BeforeEach
    void write() throws IOException {
        script = PositionTransfer.write(directory.resolve("scripts"));
    }

    @Test
    void theOneThatJoinsHearsThePositionFromTheOther() throws Exception {
        Process joiner = start("--role", "joiner", "--address", "127.0.0.1", "--datadir", "/d");
        try (BufferedReader says = joiner.inputReader(StandardCharsets.UTF_8)) {
            String ready = says.readLine();
            assertThat(ready).startsWith("ready 127.0.0.1/");

            Process donor =
                    start(
                            "--role",
                            "donor",
                            "--address",
                            ready.substring("ready ".length()),
                            "--gtid",
                            POSITION,
                            "--gtid-domain-id",
                            "0",
                            "--bypass");

            assertThat(donor.inputReader(StandardCharsets.UTF_8).readLine())
                    .isEqualTo("done " + POSITION);
            assertThat(donor.waitFor()).isZero();
            assertThat(says.readLine()).isEqualTo(POSITION);
            assertThat(joiner.waitFor()).isZero();
        } finally {
            joiner.destroyForcibly();
        }
    }

    @Test
    void nobodyIsGivenData() throws Exception {
        Process donor = start("--role", "donor", "--address", "127.0.0.1/1", "--gtid", POSITION);

        assertThat(donor.waitFor()).isEqualTo(1);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
