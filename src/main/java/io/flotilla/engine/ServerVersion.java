package io.flotilla.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version of a mariadbd, asked of the program itself; that also shows whether this system can run it at all.
record ServerVersion(int major, int minor, int patch) implements Comparable<ServerVersion> {
    /// Older ones lack innodb_snapshot_isolation or fixes we rely on (docs/design.md, section 9).
    static final ServerVersion OLDEST = new ServerVersion(10, 11, 9);

    private static final Pattern FORM = Pattern.compile("Ver (\\d+)\\.(\\d+)\\.(\\d+)\\S*-MariaDB");
    private static final Pattern MISSING_LIBRARY =
            Pattern.compile("error while loading shared libraries: ([^:]+):");
    private static final Pattern OLD_LIBRARY = Pattern.compile("version `([^']+)' not found");
    private static final long PATIENCE_SECONDS = 30;

    static ServerVersion of(Path mariadbd) {
        String answer = ask(mariadbd);
        Matcher missing = MISSING_LIBRARY.matcher(answer);
        if (missing.find()) {
            throw new EngineException(
                    "The MariaDB server needs the shared library %s, which this system does not have: install the"
                                    .formatted(missing.group(1))
                            + " package that holds it.");
        }
        Matcher old = OLD_LIBRARY.matcher(answer);
        if (old.find()) {
            throw new EngineException(
                    "The MariaDB server needs %s, which is newer than this system's libraries."
                            .formatted(old.group(1)));
        }
        return parse(answer);
    }

    static ServerVersion parse(String answer) {
        Matcher matcher = FORM.matcher(answer);
        if (!matcher.find()) {
            throw new EngineException("This is not a MariaDB server; it says: " + answer.strip());
        }
        return new ServerVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static String ask(Path mariadbd) {
        try {
            Process process =
                    new ProcessBuilder(mariadbd.toString(), "--no-defaults", "--version")
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String answer =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new EngineException(mariadbd + " does not answer when asked for its version");
            }
            return answer;
        } catch (IOException e) {
            throw new EngineException(mariadbd + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while asking for the server's version", e);
        }
    }

    /// Refuses, in one sentence, a system on which the packaged server cannot run.
    static void requireLinuxX64() {
        String system = System.getProperty("os.name", "");
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!system.equals("Linux") || !(machine.equals("amd64") || machine.equals("x86_64"))) {
            throw new EngineException(
                    "Flotilla runs its MariaDB server on Linux x86-64 only; this is %s %s."
                            .formatted(system, machine));
        }
    }

    @Override
    public int compareTo(ServerVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = Integer.compare(minor, other.minor);
        return byMajor != 0
                ? byMajor
                : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
