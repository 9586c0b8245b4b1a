package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.DdlMarks.Done;
import io.flotilla.ddl.DdlMarks.OpenMark;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A line in the file of [DdlMarks].
sealed interface MarkLine {
    /// Stands for what is absent or empty.
    String NOTHING = "-";

    record Giving(OpenMark mark) implements MarkLine {
        @Override
        public String text() {
            return "giving %s %s %s %s %s"
                    .formatted(
                            mark.gtid(),
                            mark.doubt(),
                            mark.before().map(Digest::schema).orElse(NOTHING),
                            mark.before().map(Digest::local).orElse(NOTHING),
                            mark.xid().isEmpty() ? NOTHING : mark.xid());
        }
    }

    record Closed(Done done) implements MarkLine {
        @Override
        public String text() {
            return "done " + words(done);
        }
    }

    record Observed(Done done) implements MarkLine {
        @Override
        public String text() {
            return "at " + words(done);
        }
    }

    /// What an earlier server of this node had.
    record Known(Done done) implements MarkLine {
        @Override
        public String text() {
            return "known " + words(done);
        }
    }

    /// Of a server that leads.
    record Settled(Done done) implements MarkLine {
        @Override
        public String text() {
            return "settled " + words(done);
        }
    }

    /// @param seqs whose effect the server has though its position is before them
    record Ahead(Done done, SortedSet<Long> seqs) implements MarkLine {
        @Override
        public String text() {
            String list = seqs.stream().map(String::valueOf).collect(Collectors.joining(","));
            return "ahead " + words(done) + " " + (list.isEmpty() ? NOTHING : list);
        }
    }

    String text();

    private static String words(Done done) {
        return gtid(done.gtid()) + " " + done.schema().orElse(NOTHING);
    }

    private static String gtid(Gtid gtid) {
        return gtid.equals(Gtid.NONE) ? NOTHING : gtid.toString();
    }

    /// @throws IllegalArgumentException if it is no such line
    static MarkLine parse(String line) {
        String[] words = line.split(" ", -1);
        return switch (words[0]) {
            case "giving" -> {
                expect(words, 6, line);
                Optional<Digest> before =
                        words[3].equals(NOTHING)
                                ? Optional.empty()
                                : Optional.of(new Digest(words[3], words[4]));
                String xid = words[5].equals(NOTHING) ? "" : words[5];
                yield new Giving(
                        new OpenMark(Gtid.parse(words[1]), Doubt.valueOf(words[2]), before, xid));
            }
            case "done" -> {
                expect(words, 3, line);
                yield new Closed(done(words));
            }
            case "at" -> {
                expect(words, 3, line);
                yield new Observed(done(words));
            }
            case "known" -> {
                expect(words, 3, line);
                yield new Known(done(words));
            }
            case "settled" -> {
                expect(words, 3, line);
                yield new Settled(done(words));
            }
            case "ahead" -> {
                expect(words, 4, line);
                yield new Ahead(done(words), seqs(words[3]));
            }
            default -> throw new IllegalArgumentException("'" + line + "'");
        };
    }

    private static SortedSet<Long> seqs(String list) {
        SortedSet<Long> seqs = new TreeSet<>();
        if (!list.equals(NOTHING)) {
            for (String seq : list.split(",")) {
                seqs.add(Long.valueOf(seq));
            }
        }
        return seqs;
    }

    private static Done done(String[] words) {
        Gtid gtid = words[1].equals(NOTHING) ? Gtid.NONE : Gtid.parse(words[1]);
        return new Done(gtid, words[2].equals(NOTHING) ? Optional.empty() : Optional.of(words[2]));
    }

    private static void expect(String[] words, int count, String line) {
        if (words.length != count) {
            throw new IllegalArgumentException("'" + line + "'");
        }
    }
}
