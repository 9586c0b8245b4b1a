package io.flotilla.chaos;

import java.util.List;

/// How a node came back from what was left on its disk, as its log tells.
enum Comeback {
    PROVED("proved", ""),
    PEER("from a peer", "goes on with another node's data"),
    BASE("from its base", "its own base is taken"),
    LOG("from the log", "rebuilds its server from the log");

    private final String words;
    private final String told;

    /// @param told what a node's log says then
    Comeback(String words, String told) {
        this.words = words;
        this.told = told;
    }

    String words() {
        return words;
    }

    static Comeback of(List<String> said) {
        return List.of(LOG, BASE, PEER).stream()
                .filter(way -> said.stream().anyMatch(line -> line.contains(way.told)))
                .findFirst()
                .orElse(PROVED);
    }

    /// Whether a line of a node's log says that its server was given other data.
    static boolean tellsOfRebuild(String line) {
        return List.of(LOG, BASE, PEER).stream().anyMatch(way -> line.contains(way.told));
    }

    /// Why it had to be rebuilt: the lines that tell; none when it was proved.
    static List<String> reasons(List<String> said) {
        return said.stream()
                .filter(line -> line.contains(", because ") || line.contains("cannot be proved"))
                .toList();
    }
}
