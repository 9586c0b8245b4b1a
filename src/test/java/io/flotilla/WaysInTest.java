package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.peer.ChannelType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The tables of ways in of docs/security.md, against the code and the tests they name.
final class WaysInTest {
    private static final Path TESTS = Path.of("src/test/java/io/flotilla");
    private static final Path SOURCES = Path.of("src/main/java/io/flotilla");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /// One row: its first and its last column.
    private record Way(String in, String shown) {}

    private static List<Way> ways() throws IOException {
        String page = Files.readString(Path.of("docs/security.md"));
        String section = page.replaceFirst("(?s).*\n## Ways in\n(.*?)\n## .*", "$1");
        List<Way> ways = new ArrayList<>();
        for (String line : section.lines().toList()) {
            String[] columns = line.split("\\|");
            if (line.startsWith("|")
                    && !line.startsWith("|---")
                    && !line.startsWith("| way in |")) {
                ways.add(new Way(columns[1], columns[columns.length - 1]));
            }
        }
        return ways;
    }

    private static List<String> named(String column) {
        return CODE.matcher(column).results().map(found -> found.group(1)).toList();
    }

    @Test
    void eachIsShownByTestsThatExist() throws IOException {
        assertThat(ways()).hasSizeGreaterThan(25);
        for (Way way : ways()) {
            assertThat(named(way.shown())).as(way.in()).isNotEmpty();
            for (String test : named(way.shown())) {
                String[] parts = test.split("\\.");
                Path file = TESTS.resolve(parts[0] + ".java");
                assertThat(file).as(way.in()).exists();
                if (parts.length > 1) {
                    // The annotation may have arguments over some lines.
                    Pattern method =
                            Pattern.compile(
                                    "(?s)@(Test|ParameterizedTest)\\b[^{}]*(\\{[^{}]*}[^{}]*)?\\bvoid "
                                            + Pattern.quote(parts[1])
                                            + "\\(");
                    assertThat(Files.readString(file)).as(test).containsPattern(method);
                }
            }
        }
    }

    @Test
    void noRouteIsMissing() throws IOException {
        List<String> rows = ways().stream().flatMap(way -> named(way.in()).stream()).toList();
        List<String> paths = new ArrayList<>();
        new ObjectMapper()
                .readTree(
                        Files.readString(
                                Path.of("src/main/resources/io/flotilla/http/openapi.json")))
                .path("paths")
                .fieldNames()
                .forEachRemaining(paths::add);
        assertThat(paths).hasSizeGreaterThan(15);
        for (String path : paths) {
            assertThat(rows).as(path).anyMatch(row -> covers(row, path));
        }
    }

    private static boolean covers(String row, String path) {
        String said = row.substring(row.indexOf(' ') + 1);
        return said.endsWith("*")
                ? path.startsWith(said.substring(0, said.length() - 1))
                : path.equals(said);
    }

    @Test
    void noChannelIsMissing() throws IOException {
        List<String> rows = ways().stream().flatMap(way -> named(way.in()).stream()).toList();
        for (ChannelType type : ChannelType.values()) {
            assertThat(rows).contains(type.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void noParserIsLeftUndamaged() throws IOException {
        List<String> shown = ways().stream().flatMap(way -> named(way.shown()).stream()).toList();
        try (Stream<Path> all = Files.walk(TESTS)) {
            List<String> fuzz =
                    all.map(file -> TESTS.relativize(file).toString())
                            .filter(name -> name.endsWith("FuzzTest.java"))
                            .map(name -> name.replace(".java", ""))
                            .toList();
            assertThat(fuzz).isNotEmpty();
            assertThat(shown).containsAll(fuzz);
        }
    }

    @Test
    void nothingReadsSerializedObjects() throws IOException {
        Pattern reading =
                Pattern.compile("ObjectInputStream|activateDefaultTyping|XMLDecoder|@JsonTypeInfo");
        try (Stream<Path> all = Files.walk(SOURCES)) {
            for (Path file : all.filter(each -> each.toString().endsWith(".java")).toList()) {
                List<String> found =
                        reading.matcher(Files.readString(file))
                                .results()
                                .map(MatchResult::group)
                                .toList();
                assertThat(found).as(file.toString()).isEmpty();
            }
        }
        assertThat(Files.readString(Path.of("src/main/app/node.jvm")))
                .contains("-Djdk.serialFilter=!*");
    }
}
