package io.flotilla.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerBinariesTest {
    private static final long THIRTY_MEBIBYTES = 30L << 20;

    @TempDir Path directory;

    @Test
    void unpacksAProgramThatRunsAndIsSmall() throws Exception {
        ServerBinaries binaries = ServerBinaries.provide(EngineFixture.config(directory));

        assertThat(binaries.version()).isEqualTo(PackagedServer.VERSION);
        assertThat(Files.size(binaries.mariadbd())).isLessThan(THIRTY_MEBIBYTES);
        assertThat(answer(binaries.client())).contains("client");
        assertThat(answer(binaries.dump())).contains("mariadb-dump");
    }

    @Test
    void takesTheServerOfTheMachineWhenAsked() throws Exception {
        Path home = homeWith(EngineFixture.config(directory));

        ServerBinaries binaries =
                ServerBinaries.provide(EngineFixture.config(directory).withHome(Optional.of(home)));

        assertThat(binaries.mariadbd()).isEqualTo(home.resolve("sbin/mariadbd"));
        assertThat(binaries.version()).isEqualTo(PackagedServer.VERSION);
    }

    private Path homeWith(EngineConfig config) throws IOException {
        ServerBinaries packaged = ServerBinaries.provide(config);
        program("home/sbin/mariadbd", forwardTo(packaged.mariadbd()));
        program("home/bin/mysql", forwardTo(packaged.client()));
        program("home/bin/mariadb-dump", forwardTo(packaged.dump()));
        Path home = directory.resolve("home");
        Files.createDirectories(home.resolve("share/mysql"));
        for (Path script : packaged.systemTables()) {
            Files.copy(
                    script,
                    home.resolve("share/mysql").resolve(String.valueOf(script.getFileName())));
        }
        return home;
    }

    private static String forwardTo(Path program) {
        return "exec '" + program.toAbsolutePath() + "' \"$@\"";
    }

    @Test
    void refusesAHomeWithoutAServer() {
        assertThatThrownBy(() ->
                        ServerBinaries.provide(
                                EngineFixture.config(directory).withHome(Optional.of(directory))))
                .isInstanceOf(EngineException.class)
                .hasMessage("There is no mariadbd under " + directory + " (engine.home).");
    }

    @Test
    void refusesAServerThatIsTooOld() throws Exception {
        program("sbin/mariadbd", "echo 'mariadbd  Ver 10.6.18-MariaDB for Linux'");

        assertThatThrownBy(() ->
                        ServerBinaries.provide(
                                EngineFixture.config(directory).withHome(Optional.of(directory))))
                .hasMessageContaining("is MariaDB 10.6.18; Flotilla needs 10.11.9 or newer.");
    }

    @Test
    void namesTheLibraryThatIsMissing() throws Exception {
        Path program =
                program(
                        "mariadbd",
                        "echo 'mariadbd: error while loading shared libraries: libcrypt.so.1: cannot open"
                                + " shared object file' >&2; exit 127");

        assertThatThrownBy(() -> ServerVersion.of(program))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("needs the shared library libcrypt.so.1,");
    }

    @Test
    void namesTheLibraryThatIsTooOld() throws Exception {
        Path program =
                program(
                        "mariadbd",
                        "echo \"mariadbd: /lib/libc.so.6: version \\`GLIBC_2.99' not found\" >&2; exit 1");

        assertThatThrownBy(() -> ServerVersion.of(program))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("needs GLIBC_2.99,");
    }

    @Test
    void refusesWhatIsNotAMariaDb() {
        assertThatThrownBy(() -> ServerVersion.parse("mysqld  Ver 8.0.36 for Linux"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("not a MariaDB server");
    }

    @Test
    void readsTheVersionsOfPackagesToo() {
        assertThat(ServerVersion.parse("mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian"))
                .isEqualTo(new ServerVersion(10, 11, 14));
        assertThat(new ServerVersion(11, 4, 5)).isGreaterThan(ServerVersion.OLDEST);
        assertThat(new ServerVersion(10, 11, 8)).isLessThan(ServerVersion.OLDEST);
    }

    @Test
    void refusesToCutWhatIsNotAProgram() throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[100]);

        assertThatThrownBy(() -> ElfTrim.trim(file))
                .hasMessageContaining("not a 64-bit Linux program");
    }

    private Path program(String name, String script) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private static String answer(Path program) throws IOException {
        Process process =
                new ProcessBuilder(program.toString(), "--version")
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
