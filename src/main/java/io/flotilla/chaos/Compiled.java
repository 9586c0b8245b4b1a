package io.flotilla.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A tool in C that is part of this program, compiled where it is used.
final class Compiled {
    private Compiled() {}

    /// @param name of the source, without `.c`
    /// @param flags of the compiler
    /// @return what came out, in the directory, under the same name
    static Path in(Path directory, String name, String... flags) throws IOException {
        Path source = directory.resolve(name + ".c");
        try (InputStream in = Compiled.class.getResourceAsStream(name + ".c")) {
            if (in == null) {
                throw new IOException(name + ".c is not part of this program");
            }
            Files.copy(in, source);
        }
        Path made = directory.resolve(name);
        List<String> command = new ArrayList<>(List.of("cc", "-O2"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-o", made.toString(), source.toString()));
        HostCommand.run(command.toArray(String[]::new));
        return made;
    }
}
