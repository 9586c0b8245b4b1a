package io.flotilla.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The end of what a node has written.
final class LogTail {
    private static final int LINES = 6;

    private LogTail() {}

    static String of(Path logs) {
        List<String> lines = new ArrayList<>();
        for (String name : List.of("node.log", "console.log")) {
            lines.addAll(last(logs.resolve(name)));
        }
        lines.add("(all of it: " + logs + ")");
        return "  " + String.join("\n  ", lines);
    }

    private static List<String> last(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        } catch (IOException e) {
            return List.of(); // it came not so far
        }
    }
}
