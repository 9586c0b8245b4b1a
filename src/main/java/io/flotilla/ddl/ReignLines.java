package io.flotilla.ddl;

import io.flotilla.binlog.Gtid;
import io.flotilla.ddl.ExecutedDdl.Executed;
import io.flotilla.ddl.ExecutedDdl.Reign;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The lines in the file of [ExecutedDdl].
///
/// ```
/// reign <term> <gtid> <forgotten>
/// xa <xid>                                                   ..
/// tables <name>=<ids> ..                                     ..
/// executed <gtid> <doubt> <xid> <unexplained> <name>=<ids> ..   ..
/// ```
///
/// `<unexplained>` is what is unexplained from then on: names with `=` between them, or `-`.
///
/// InnoDB's names have neither spaces nor `=` in them (the server encodes both). The ids of a table that is gone are `-`.
final class ReignLines {
    private static final String NOTHING = "-";
    private static final int TABLES_PER_LINE = 50;

    private ReignLines() {}

    static List<String> of(Reign reign) {
        List<String> lines = new ArrayList<>();
        String position =
                reign.position().equals(Gtid.NONE) ? NOTHING : reign.position().toString();
        lines.add("reign " + reign.term() + " " + position + " " + reign.forgotten());
        reign.xaPrepared().forEach(xid -> lines.add("xa " + xid));
        List<String> names = List.copyOf(reign.tables().ids().keySet());
        for (int from = 0; from < names.size(); from += TABLES_PER_LINE) {
            int to = Math.min(from + TABLES_PER_LINE, names.size());
            lines.add("tables" + pairs(names.subList(from, to), reign.tables()));
        }
        for (Executed entry : reign.executed().values()) {
            lines.add(of(entry, reign.tables(), reign.unexplained()));
        }
        return lines;
    }

    /// @param tables the ids when it was executed, or later: of each table the last line counts
    static String of(Executed entry, TableIds tables, Set<String> unexplained) {
        return "executed %s %s %s %s%s"
                .formatted(
                        entry.gtid(),
                        entry.doubt(),
                        entry.xid().isEmpty() ? NOTHING : entry.xid(),
                        unexplained.isEmpty() ? NOTHING : String.join("=", unexplained),
                        pairs(new TreeSet<>(entry.changed()), tables));
    }

    private static String pairs(Collection<String> names, TableIds tables) {
        return names.stream()
                .map(name -> " " + name + "=" + tables.ids().getOrDefault(name, NOTHING))
                .collect(Collectors.joining());
    }

    /// @throws IllegalArgumentException if these are no such lines
    static Reign parse(List<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("no reign");
        }
        Parser parser = new Parser();
        for (String line : lines.subList(1, lines.size())) {
            parser.take(line, line.split(" ", -1));
        }
        return parser.reign(lines.getFirst());
    }

    private static final class Parser {
        private final SortedSet<String> xa = new TreeSet<>();
        private final SortedMap<String, String> tables = new TreeMap<>();
        private final SortedMap<Long, Executed> executed = new TreeMap<>();
        private Set<String> unexplained = Set.of();

        void take(String line, String[] words) {
            switch (words[0]) {
                case "xa" -> xa.add(words[1]);
                case "tables" -> pairs(words, 1);
                case "executed" -> {
                    expect(words.length >= 5, line);
                    Gtid gtid = Gtid.parse(words[1]);
                    String xid = words[3].equals(NOTHING) ? "" : words[3];
                    unexplained = words[4].equals(NOTHING) ? Set.of() : Set.of(words[4].split("="));
                    executed.put(
                            gtid.seq(),
                            new Executed(gtid, Doubt.valueOf(words[2]), xid, pairs(words, 5)));
                }
                default -> expect(false, line);
            }
        }

        private Set<String> pairs(String[] words, int from) {
            Set<String> names = new TreeSet<>();
            for (int i = from; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                expect(equals > 0, words[i]);
                String name = words[i].substring(0, equals);
                String ids = words[i].substring(equals + 1);
                names.add(name);
                if (ids.equals(NOTHING)) {
                    tables.remove(name);
                } else {
                    tables.put(name, ids);
                }
            }
            return names;
        }

        Reign reign(String line) {
            String[] head = line.split(" ", -1);
            expect(head.length == 4 && head[0].equals("reign"), line);
            Gtid position = head[2].equals(NOTHING) ? Gtid.NONE : Gtid.parse(head[2]);
            return new Reign(
                    Long.parseLong(head[1]),
                    position,
                    xa,
                    Long.parseLong(head[3]),
                    executed,
                    new TableIds(tables),
                    unexplained);
        }

        private static void expect(boolean right, String line) {
            if (!right) {
                throw new IllegalArgumentException("'" + line + "'");
            }
        }
    }
}
