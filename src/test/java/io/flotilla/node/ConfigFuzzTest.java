package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fuzz;
import io.flotilla.failure.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Configuration files with damage: read, or refused with a sentence that names the file.
final class ConfigFuzzTest {
    private static final int CASES = 1500;

    @TempDir private Path directory;

    @Test
    void filesWithDamage() throws Exception {
        Path file = directory.resolve("node.conf");
        String document = Files.readString(Path.of("docs/configuration.md"));
        String whole = document.replaceFirst("(?s).*```properties\n(.*?)```.*", "$1");
        assertThat(NodeConfigFile.read(Files.writeString(file, whole)).members()).isNotEmpty();

        Fuzz.Outcome outcome =
                Fuzz.of(List.of(whole.getBytes(StandardCharsets.UTF_8)))
                        .refusedBy(FlotillaException.class)
                        .run(CASES, bytes -> NodeConfigFile.read(Files.write(file, bytes)));

        assertThat(outcome.taken()).isPositive();
        assertThat(outcome.refused()).isPositive();
    }
}
