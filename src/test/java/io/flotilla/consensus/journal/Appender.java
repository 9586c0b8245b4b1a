package io.flotilla.consensus.journal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/// A process that appends until it is killed, and says on stdout what was acknowledged: `a<index>` after an append,
/// `t<index>` before and `c<index>` after a cut of the end.
final class Appender {
    private Appender() {}

    public static void main(String[] args) throws IOException {
        Random random = new Random(Long.parseLong(args[1]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (LogDirectory directory =
                LogDirectory.open(
                        Path.of(args[0]), settings(), cause -> Runtime.getRuntime().halt(3))) {
            Journal journal = directory.journal();
            out.println("open");
            while (true) {
                long next = journal.nextIndex();
                int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 400 : 4);
                journal.append(Sample.records(next, next + count - 1, 1));
                out.println("a" + (next + count - 1));
                if (random.nextInt(200) == 0) {
                    long keep = Math.max(0, journal.lastIndex() - random.nextInt(300));
                    out.println("t" + keep);
                    journal.truncateSuffix(keep);
                    out.println("c" + keep);
                }
            }
        }
    }

    static JournalSettings settings() {
        return JournalSettings.defaults().withSegmentBytes(256 << 10);
    }
}
